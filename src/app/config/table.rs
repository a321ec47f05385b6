//! The table of settings: one field is one setting, and everything else (reading,
//! flags, `doorward check`, docs/configuration.md) is made from it.

/// What is known of one setting.
pub struct Setting {
    /// Its path in `doorward.toml`, such as `password.memory_kib`.
    pub path: &'static str,
    /// What it does, as documented.
    pub sentence: &'static str,
    /// Its value when nothing is given, in the text a file would hold.
    pub default: &'static str,
    /// What a value looks like.
    pub expected: fn() -> String,
}

impl Setting {
    /// The name of the environment variable: `DOORWARD_PASSWORD_MEMORY_KIB`.
    pub fn environment_name(&self) -> String {
        format!("DOORWARD_{}", self.path.replace('.', "_").to_uppercase())
    }

    /// The name of the flag, without its dashes: `password-memory-kib`.
    pub fn flag_name(&self) -> String {
        self.path.replace(['.', '_'], "-")
    }
}

/// Declares the settings: the struct, its sections, [`Setting`]s and the reading.
///
/// A field is `/// sentence` + `name: Type = "default"`; `Type` says with
/// [`Value`](super::value::Value) how it is written.
macro_rules! settings {
    (
        $(#[doc = $root_doc:literal])+
        struct $root:ident {
            $( $(#[doc = $doc:literal])+ $field:ident: $kind:ty = $default:literal, )+
        }
        $(
            $(#[doc = $part_doc:literal])+
            $part:ident: struct $part_kind:ident {
                $( $(#[doc = $part_field_doc:literal])+
                   $part_field:ident: $part_field_kind:ty = $part_default:literal, )+
            }
        )*
    ) => {
        $(#[doc = $root_doc])+
        #[derive(Clone, Debug)]
        pub struct $root {
            $( $(#[doc = $doc])+ pub $field: $kind, )+
            $( $(#[doc = $part_doc])+ pub $part: $part_kind, )*
        }
        $(
            $(#[doc = $part_doc])+
            #[derive(Clone, Debug)]
            pub struct $part_kind {
                $( $(#[doc = $part_field_doc])+ pub $part_field: $part_field_kind, )+
            }
        )*

        /// Every setting, in the order of the documentation.
        pub const SETTINGS: &[$crate::app::config::table::Setting] = &[
            $( $crate::app::config::table::Setting {
                path: stringify!($field),
                sentence: concat!($($doc),+),
                default: $default,
                expected: <$kind as $crate::app::config::value::Value>::expected,
            }, )+
            $( $( $crate::app::config::table::Setting {
                path: concat!(stringify!($part), ".", stringify!($part_field)),
                sentence: concat!($($part_field_doc),+),
                default: $part_default,
                expected: <$part_field_kind as $crate::app::config::value::Value>::expected,
            }, )+ )*
        ];

        impl $root {
            /// Reads every setting from what was given, or its default.
            pub(super) fn assemble(
                given: &$crate::app::config::source::Given,
            ) -> Result<Self, $crate::app::config::ConfigError> {
                Ok(Self {
                    $( $field: given.value::<$kind>(stringify!($field), $default)?, )+
                    $( $part: $part_kind {
                        $( $part_field: given.value::<$part_field_kind>(
                            concat!(stringify!($part), ".", stringify!($part_field)),
                            $part_default,
                        )?, )+
                    }, )*
                })
            }

            /// Every setting with its value in text; secrets are left out of it.
            pub fn shown(&self) -> Vec<(&'static str, String)> {
                use $crate::app::config::value::Value as _;
                vec![
                    $( (stringify!($field), self.$field.shown()), )+
                    $( $( (
                        concat!(stringify!($part), ".", stringify!($part_field)),
                        self.$part.$part_field.shown(),
                    ), )+ )*
                ]
            }
        }
    };
}

pub(super) use settings;
