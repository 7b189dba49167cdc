//! The program: everything is in [`copytaster::cli`].

fn main() -> std::process::ExitCode {
    copytaster::cli::run()
}
