//! The order engine: a library to embed, and the program built on it.
