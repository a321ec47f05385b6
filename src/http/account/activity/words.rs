//! Events of the audit log in the words of the person whom they are about.

use crate::{
    domain::{audit::Entry, directory::UserId},
    http::web::{Language, Said},
};

/// What happened. None for what says nothing to a person, such as a token that was renewed.
pub(super) fn what(entry: &Entry) -> Option<Said> {
    let reason = entry
        .detail
        .get("reason")
        .and_then(|reason| reason.as_str());
    Some(match entry.action.as_str() {
        "session.began" => Language::event_signed_in,
        "session.ended" if reason == Some("replaced") => return None,
        "session.ended" if reason == Some("signed_out") => Language::event_signed_out,
        "session.ended" => Language::event_session_ended,
        "sessions.ended" => Language::event_sessions_ended,
        "consent.given" => Language::event_consent_given,
        "consent.withdrawn" => Language::event_consent_withdrawn,
        "user.created" => Language::event_user_created,
        "user.changed" => Language::event_profile_changed,
        "user.activated" => Language::event_activated,
        "user.deactivated" => Language::event_deactivated,
        "access.blocked" => Language::event_blocked,
        "access.allowed" => Language::event_allowed,
        "access.validity_set" => Language::event_validity_set,
        "tries.reset" => Language::event_tries_reset,
        "password.set" | "password.changed" => Language::event_password_set,
        "password.removed" => Language::event_password_removed,
        "email.change_asked" => Language::event_email_asked,
        "email.changed" => Language::event_email_changed,
        "device.remembered" => Language::event_device_remembered,
        "device.trusted" => Language::event_device_trusted,
        "device.trust_ended" => Language::event_device_trust_ended,
        "device.forgotten" => Language::event_device_forgotten,
        "device.copied" => Language::event_device_copied,
        "factor.added" => Language::event_factor_added,
        "factor.renamed" => Language::event_factor_renamed,
        "factor.removed" => Language::event_factor_removed,
        "recovery_codes.made" => Language::event_recovery_codes_made,
        "recovery_code.used" => Language::event_recovery_code_used,
        "mfa.exempted" => Language::event_mfa_exempted,
        "mfa.enforced" => Language::event_mfa_enforced,
        "account.disowned" => Language::event_disowned,
        _ => return None,
    })
}

/// Who did it, as far as it is the person's business.
pub(super) fn who(entry: &Entry, user: UserId) -> Said {
    let own = entry.actor_id.as_deref() == Some(user.to_string().as_str());
    match entry.actor_kind.as_str() {
        "user" if own => Language::event_by_you,
        "user" | "command_line" => Language::event_by_administrator,
        "api_key" => Language::event_by_source,
        "client" => Language::event_by_application,
        "anonymous" => Language::event_by_somebody,
        _ => Language::event_by_server,
    }
}
