//! The one place that asks the machine for randomness.

/// `N` bytes of the machine's cryptographic randomness.
#[allow(
    clippy::disallowed_methods,
    reason = "the one place that asks for randomness"
)]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        // Without randomness every secret would be guessable: nothing may go on.
        std::process::abort();
    }
    bytes
}
