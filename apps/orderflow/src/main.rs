//! The program `orderflow`.

mod cli;

/// Fewer and cheaper calls to the system than the default allocator of musl and glibc, under many threads that free what others allocated.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::run()
}
