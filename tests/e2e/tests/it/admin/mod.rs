mod dead_letters;
mod reactors;
mod steps;
