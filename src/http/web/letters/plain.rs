//! Names that somebody chose, as letters show them. Mail programs make links of whatever looks
//! like an address, and a name can be chosen to look like one.

/// Longer names do not fit a line.
const LONGEST: usize = 80;

/// A name without what could become a link, a header or markup: `http://evil.example` is
/// `http:evilexample`, and `Dr. Ada O'Neil (203.0.113.7)` stays as it is.
pub(super) fn name(chosen: &str) -> String {
    let mut kept = String::with_capacity(chosen.len().min(LONGEST * 4));
    let mut chars = chosen.chars().peekable();
    while let Some(c) = chars.next() {
        let joins_a_word = chars.peek().is_some_and(|next| next.is_alphabetic());
        match c {
            c if c.is_whitespace() => kept.push(' '),
            '.' if !joins_a_word => kept.push('.'),
            '\'' | '’' | '-' | ',' | ':' | '(' | ')' | '&' | '+' | '_' | '#' => kept.push(c),
            c if c.is_alphanumeric() => kept.push(c),
            _ => {}
        }
    }
    let words: Vec<&str> = kept.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_name_stays_a_name_and_nothing_else() {
        for (chosen, shown) in [
            ("Dr. Ada O'Neil-Байрон", "Dr. Ada O'Neil-Байрон"),
            (
                "Firefox on Linux (203.0.113.7)",
                "Firefox on Linux (203.0.113.7)",
            ),
            ("Firefox 132.0, 2001:db8::1", "Firefox 132.0, 2001:db8::1"),
            ("Win at https://evil.example/x", "Win at https:evilexamplex"),
            ("evil.example", "evilexample"),
            ("me@evil.example", "meevilexample"),
            ("<b>Ada</b>\r\nBcc: eve", "bAdab Bcc: eve"),
            ("Ada\u{202e}\u{0}", "Ada"),
            ("", ""),
        ] {
            assert_eq!(name(chosen), shown, "{chosen:?}");
        }
        assert_eq!(name(&"x".repeat(5000)).len(), 80);
    }
}
