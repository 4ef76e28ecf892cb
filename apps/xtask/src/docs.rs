//! Documents that the code writes, so that they cannot lag it: `docs/generated`.
//!
//! A generator is an example of a crate that prints one document. `cargo xtask docs` writes what they print, and
//! `cargo xtask ci` compares.

use std::path::PathBuf;

use crate::repository;
use crate::run::{cargo, output};

struct Generator {
    package: &'static str,
    example: &'static str,
    /// The file in docs/generated.
    file: &'static str,
}

const GENERATORS: &[Generator] = &[];

pub(crate) fn write() -> Result<(), String> {
    for generator in GENERATORS {
        let path = generator.path();
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        std::fs::write(&path, generator.print()?).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    println!("docs: {} written", GENERATORS.len());
    Ok(())
}

pub(crate) fn check() -> Result<(), String> {
    let mut stale = Vec::new();
    for generator in GENERATORS {
        let written = std::fs::read_to_string(generator.path()).unwrap_or_default();
        if written != generator.print()? {
            stale.push(generator.file);
        }
    }
    if stale.is_empty() {
        println!("docs: {} current", GENERATORS.len());
        return Ok(());
    }
    Err(format!("docs/generated is behind the code ({}): cargo xtask docs", stale.join(", ")))
}

impl Generator {
    fn path(&self) -> PathBuf {
        repository::root().join("docs/generated").join(self.file)
    }

    fn print(&self) -> Result<String, String> {
        output(&mut cargo(&["run", "--quiet", "--package", self.package, "--example", self.example]))
    }
}
