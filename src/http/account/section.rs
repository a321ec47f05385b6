use super::Notice;
use crate::http::web::{Language, Said, paths};

/// A page of the navigation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Section {
    /// The person, at a glance.
    Overview,
    /// What the person says of themself.
    Profile,
    /// What they sign in with.
    Security,
    /// The browsers that they are known in.
    Devices,
    /// Where they are signed in.
    Sessions,
    /// What may see something of them.
    Applications,
    /// What happened lately.
    Activity,
}

impl Section {
    /// The navigation, in its order. A new page is a variant and a line in each function.
    const ALL: [Self; 7] = [
        Self::Overview,
        Self::Profile,
        Self::Security,
        Self::Devices,
        Self::Sessions,
        Self::Applications,
        Self::Activity,
    ];

    /// Its address.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Overview => paths::ACCOUNT,
            Self::Profile => "/account/profile",
            Self::Security => "/account/security",
            Self::Devices => "/account/devices",
            Self::Sessions => "/account/sessions",
            Self::Applications => "/account/applications",
            Self::Activity => "/account/activity",
        }
    }

    /// Its name.
    const fn name(self) -> Said {
        match self {
            Self::Overview => Language::account_overview,
            Self::Profile => Language::account_profile,
            Self::Security => Language::account_security,
            Self::Devices => Language::account_devices,
            Self::Sessions => Language::account_sessions,
            Self::Applications => Language::account_applications,
            Self::Activity => Language::account_activity,
        }
    }
}

/// A link of the navigation.
pub(super) struct Link {
    pub(super) path: &'static str,
    pub(super) name: &'static str,
    pub(super) here: bool,
}

/// What stands around the content of a page of the account: its field `around`.
pub(super) struct Around {
    /// The navigation.
    pub(super) links: Vec<Link>,
    /// Who is signed in.
    pub(super) user: String,
    /// The id of the session, for the button that ends it.
    pub(super) session: String,
    /// Where that button's form goes.
    pub(super) sign_out: &'static str,
    /// What was just done.
    pub(super) notice: Option<&'static str>,
}

impl Around {
    /// Around a page of a section.
    pub(super) fn new(
        language: Language,
        section: Section,
        user: String,
        session: String,
        notice: Option<Notice>,
    ) -> Self {
        let link = |one: Section| Link {
            path: one.path(),
            name: one.name()(language),
            here: one == section,
        };
        Self {
            links: Section::ALL.into_iter().map(link).collect(),
            user,
            session,
            sign_out: paths::SIGN_OUT,
            notice: notice.map(|notice| notice.text()(language)),
        }
    }
}
