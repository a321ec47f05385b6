//! Command line in, exit code out.

fn main() -> std::process::ExitCode {
    doorward::cli::run(std::env::args_os())
}
