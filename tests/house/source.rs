//! The program's own source, as text.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file: where it is, which module it is, and its text without comments.
pub struct Source {
    pub file: String,
    /// `["domain", "directory", "store"]` for `src/domain/directory/store.rs`.
    pub module: Vec<String>,
    pub text: String,
    pub lines: usize,
}

pub fn all() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 20, "the sources are found");
    files.iter().map(|file| read(&root, file)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

fn read(root: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap();
    let file = path.strip_prefix(root).unwrap().with_extension("");
    let mut module: Vec<String> = file
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if matches!(
        module.last().map(String::as_str),
        Some("mod" | "lib" | "main")
    ) {
        module.pop();
    }
    Source {
        file: format!("src/{}.rs", file.display()),
        module,
        lines: text.lines().count(),
        text: without_comments(&text),
    }
}

/// Line comments only: the house writes no others.
pub fn without_comments(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |mut out, line| {
            out.push_str(line);
            out.push('\n');
            out
        })
}

/// The names after `pub mod` (or `mod`) in a file, in their order: the map.
pub fn module_list(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let names: Vec<String> = fs::read_to_string(path)
        .unwrap()
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod "))
        .filter_map(|rest| rest.split([';', ' ']).next())
        .map(str::to_owned)
        .collect();
    assert!(!names.is_empty(), "{file} lists its modules");
    names
}
