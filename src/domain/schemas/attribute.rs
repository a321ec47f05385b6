//! One attribute and its characteristics.

use super::characteristics::{Kind, Mutability, Returned, Uniqueness};

/// An attribute, as a row of a schema table.
#[derive(Debug, Clone, Copy)]
pub struct Attribute {
    /// Its name, in the spelling that answers use.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// Its data type.
    pub kind: Kind,
    /// Whether it holds a list.
    pub multi_valued: bool,
    /// Whether a resource must have it.
    pub required: bool,
    /// Whether letter case matters when values are compared.
    pub case_exact: bool,
    /// Who may change it.
    pub mutability: Mutability,
    /// When it is shown.
    pub returned: Returned,
    /// Whether its value must be unique.
    pub uniqueness: Uniqueness,
    /// Suggested values. Entra's schema discovery makes `emails[type eq "work"].value`
    /// of a list whose `type` has them, and `roles[primary eq "True"].value` of one
    /// whose `type` has none.
    pub canonical_values: &'static [&'static str],
    /// What a reference may point to.
    pub reference_types: &'static [&'static str],
    /// The parts of a complex attribute.
    pub sub_attributes: &'static [Attribute],
    /// Whether the values are rows of their own, which are changed by their ids and
    /// are no part of the resource's document.
    pub held_as_rows: bool,
}

impl Attribute {
    /// A text attribute that anyone may change and that case does not matter for.
    pub const fn string(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            description,
            kind: Kind::String,
            multi_valued: false,
            required: false,
            case_exact: false,
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: Uniqueness::None,
            canonical_values: &[],
            reference_types: &[],
            sub_attributes: &[],
            held_as_rows: false,
        }
    }

    /// A truth value.
    pub const fn boolean(name: &'static str, description: &'static str) -> Self {
        Self {
            kind: Kind::Boolean,
            ..Self::string(name, description)
        }
    }

    /// Binary data as base64 text.
    pub const fn binary(name: &'static str, description: &'static str) -> Self {
        Self {
            kind: Kind::Binary,
            case_exact: true,
            ..Self::string(name, description)
        }
    }

    /// An instant.
    pub const fn date_time(name: &'static str, description: &'static str) -> Self {
        Self {
            kind: Kind::DateTime,
            ..Self::string(name, description)
        }
    }

    /// An address; `types` are resource types, `external` or `uri`.
    pub const fn reference(
        name: &'static str,
        types: &'static [&'static str],
        description: &'static str,
    ) -> Self {
        Self {
            kind: Kind::Reference,
            case_exact: true,
            reference_types: types,
            ..Self::string(name, description)
        }
    }

    /// An object of sub-attributes.
    pub const fn complex(
        name: &'static str,
        sub_attributes: &'static [Attribute],
        description: &'static str,
    ) -> Self {
        Self {
            kind: Kind::Complex,
            sub_attributes,
            ..Self::string(name, description)
        }
    }

    /// A list of objects.
    pub const fn list(
        name: &'static str,
        sub_attributes: &'static [Attribute],
        description: &'static str,
    ) -> Self {
        Self {
            multi_valued: true,
            ..Self::complex(name, sub_attributes, description)
        }
    }

    /// A resource must have it.
    pub const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    /// Letter case matters.
    pub const fn case_exact(self) -> Self {
        Self {
            case_exact: true,
            ..self
        }
    }

    /// Unique among the resources of this server.
    pub const fn unique(self) -> Self {
        Self {
            uniqueness: Uniqueness::Server,
            ..self
        }
    }

    /// Only the server sets it.
    pub const fn read_only(self) -> Self {
        Self {
            mutability: Mutability::ReadOnly,
            ..self
        }
    }

    /// Set once.
    pub const fn immutable(self) -> Self {
        Self {
            mutability: Mutability::Immutable,
            ..self
        }
    }

    /// Accepted and never shown.
    pub const fn secret(self) -> Self {
        Self {
            mutability: Mutability::WriteOnly,
            returned: Returned::Never,
            ..self
        }
    }

    /// Part of every answer.
    pub const fn always(self) -> Self {
        Self {
            returned: Returned::Always,
            ..self
        }
    }

    /// Shown when the request names it.
    pub const fn on_request(self) -> Self {
        Self {
            returned: Returned::Request,
            ..self
        }
    }

    /// Values that are customary.
    pub const fn values(self, canonical_values: &'static [&'static str]) -> Self {
        Self {
            canonical_values,
            ..self
        }
    }

    /// The values are rows of their own.
    pub const fn rows(self) -> Self {
        Self {
            held_as_rows: true,
            ..self
        }
    }

    /// The sub-attribute of this name, compared without case.
    pub fn sub(&self, name: &str) -> Option<&'static Attribute> {
        named(self.sub_attributes, name)
    }

    /// Whether a part of it is shown only when it is named.
    pub fn has_parts_on_request(&self) -> bool {
        let on_request = |part: &Self| part.returned == Returned::Request;
        self.sub_attributes.iter().any(on_request)
    }

    /// Whether it can be set once.
    pub fn is_immutable(&self) -> bool {
        self.mutability == Mutability::Immutable
    }

    /// Whether clients may not set it at all.
    pub fn is_read_only(&self) -> bool {
        self.mutability == Mutability::ReadOnly
    }
}

/// The attribute of this name in a table, compared without case (RFC 7643, section 2.1).
pub fn named(table: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    table
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}
