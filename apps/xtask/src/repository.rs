//! Where the repository is, and what is in it.

use std::path::PathBuf;
use std::process::Command;

pub(crate) fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).map(PathBuf::from).unwrap_or(manifest)
}

/// Path and text of each text file that is tracked, or would be by `git add`.
pub(crate) fn texts() -> Result<Vec<(String, String)>, String> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .map_err(|e| format!("git ls-files: {e}"))?;
    if !listed.status.success() {
        return Err(format!("git ls-files: {}", String::from_utf8_lossy(&listed.stderr).trim()));
    }
    let mut paths: Vec<String> =
        String::from_utf8_lossy(&listed.stdout).split('\0').filter(|p| !p.is_empty()).map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    // Deleted but not yet committed, or not text: nothing to read.
    let read = |path: String| std::fs::read_to_string(root().join(&path)).ok().map(|text| (path, text));
    Ok(paths.into_iter().filter(|path| !path.ends_with(".lock")).filter_map(read).collect())
}
