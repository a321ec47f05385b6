//! What a command prints: a text for people, or JSON for programs.

use std::io::{self, Write as _};

use clap::Args;
use serde::Serialize;

use super::Outcome;

/// How a command answers.
#[derive(Args, Clone, Copy, Debug)]
pub struct Output {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Output {
    /// Prints a value: as JSON, or as the text made of it.
    ///
    /// # Errors
    /// Standard output does not take it.
    pub fn print<T: Serialize>(self, value: &T, text: impl FnOnce(&T) -> String) -> Outcome {
        if self.json {
            line(&serde_json::to_string_pretty(value)?)
        } else {
            line(text(value).trim_end())
        }
    }
}

/// Prints a line. A reader that has gone (`| head`) is no failure.
///
/// # Errors
/// Standard output does not take it.
pub fn line(text: &str) -> Outcome {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Lines of columns, each as wide as its widest cell.
pub fn columns<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let widths: Vec<usize> = (0..N)
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells
                .chain([head[column].chars().count()])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let row = |cells: &[String]| {
        let padded: Vec<_> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        padded.join("  ").trim_end().to_owned() + "\n"
    };
    let head = row(&head.map(str::to_uppercase));
    rows.iter().fold(head, |text, cells| text + &row(cells))
}

/// Lines of `name  value`, without those that have no value.
pub fn pairs(pairs: &[(&str, Option<String>)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let shown = pairs
        .iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?)));
    shown
        .map(|(name, value)| format!("{name:width$}  {value}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            ["a".to_owned(), "bb".to_owned()],
            ["äöü".to_owned(), "c".to_owned()],
        ];
        assert_eq!(columns(["x", "y"], &rows), "X    Y\na    bb\näöü  c\n");
    }

    #[test]
    fn a_pair_without_a_value_is_left_out() {
        assert_eq!(
            pairs(&[("id", Some("1".to_owned())), ("reason", None)]),
            "id      1\n"
        );
    }
}
