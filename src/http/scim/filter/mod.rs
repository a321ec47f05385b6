//! What a filter means (RFC 7644, section 3.4.2.2), from the schema tables: [`compile`]
//! checks it and makes it an [`Expression`], [`Expression::holds_for`] evaluates it on a
//! resource, and [`indexed`] finds the part of it that the directory's indexes can answer.
//!
//! What the RFC leaves open is decided like this:
//!
//! - A name that no schema has, a type that does not fit and an operator that does not
//!   apply are refused with `invalidFilter`: never answered with everyone, because a client
//!   would go on to change the wrong person.
//! - An attribute without a value meets `ne` and `eq null`, and nothing else: `ne` asks for
//!   those that do not have *this* value.
//! - A list meets a comparison when one of its values does; for `ne` too, as for every
//!   operator. Whoever wants those of whom no value is equal writes `not (… eq …)`.
//! - A complex attribute is compared by its `value`. Text is compared in its folded form
//!   where letter case does not matter; user names, e-mail addresses and names of groups
//!   are equal as they are for uniqueness.
//! - `password` is no attribute of filters, whatever is asked of it.

mod check;
mod evaluate;
mod expression;
pub mod indexed;

pub use check::{Unknown, compile, name, of_entries};
pub use expression::{Attr, Check, Expression, Operand};
