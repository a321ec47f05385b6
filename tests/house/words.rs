use crate::source::all;

#[test]
fn no_module_has_a_name_that_says_nothing() {
    const SAY_NOTHING: [&str; 9] = [
        "utils", "util", "common", "helpers", "types", "models", "services", "managers", "misc",
    ];
    for source in all() {
        for part in &source.module {
            assert!(
                !SAY_NOTHING.contains(&part.as_str()),
                "{}: {part}",
                source.file
            );
        }
    }
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    for source in all() {
        assert!(
            source.lines <= 500,
            "{} has {} lines",
            source.file,
            source.lines
        );
    }
}

#[test]
fn nothing_is_left_for_later_in_the_code() {
    for source in all() {
        for word in ["todo!(", "unimplemented!(", "TODO", "FIXME", "XXX"] {
            assert!(!source.text.contains(word), "{} has {word}", source.file);
        }
    }
}
