//! Orders carried out by the engine on the memory store, step by step.

mod carry_out;
mod world;
