mod audit;
mod config;
mod dead_letters;
mod doctor;
mod replay;
mod seed;
mod servers;
mod usage;
