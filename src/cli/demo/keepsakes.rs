//! What the demo needs again at its next run: credentials that are shown once. They are kept
//! sealed with the master key, as everything that must be readable again.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::relying_party::Failure;
use crate::foundation::crypto::seal::MasterKey;

const FILE: &str = "demo.sealed";
const CONTEXT: &str = "demo keepsakes";

/// The demo's own credentials.
#[derive(Serialize, Deserialize)]
pub struct Keepsakes {
    /// The sample application's client id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The provisioning client's API key.
    pub api_key: String,
}

impl Keepsakes {
    /// What an earlier run left in this folder.
    pub fn load(folder: &Path, master: &MasterKey) -> Result<Option<Self>, Failure> {
        let Ok(sealed) = fs::read_to_string(path(folder)) else {
            return Ok(None);
        };
        let opened = master
            .open(sealed.trim(), CONTEXT)
            .map_err(|e| Failure::new(format!("{}: {e}", path(folder).display())))?;
        serde_json::from_slice(&opened)
            .map(Some)
            .map_err(|e| Failure::new(format!("{}: {e}", path(folder).display())))
    }

    /// Leaves them for the next run.
    pub fn save(&self, folder: &Path, master: &MasterKey) -> Result<(), Failure> {
        let said = |e: &dyn std::fmt::Display| {
            Failure::new(format!("{} cannot be written: {e}", path(folder).display()))
        };
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(self).map_err(|e| said(&e))?);
        let sealed = master.seal(&plain, CONTEXT).map_err(|e| said(&e))?;
        fs::write(path(folder), sealed).map_err(|e| said(&e))
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// The password that the demo gives to `user_name`: the same at each run, different for each
/// data folder, and stored nowhere, because the master key gives it again.
pub fn password_of(user_name: &str, master: &MasterKey) -> String {
    let mac = master.mac("demo password", user_name.as_bytes());
    let text = URL_SAFE_NO_PAD
        .encode(mac)
        .to_lowercase()
        .replace(['-', '_', 'l', 'o'], "7");
    format!(
        "{}-{}-{}-{}",
        &text[..4],
        &text[4..8],
        &text[8..12],
        &text[12..16]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_not_readable_in_the_file_and_comes_back_with_the_master_key() {
        let folder = tempfile::tempdir().unwrap();
        let master = MasterKey::generate();
        assert!(Keepsakes::load(folder.path(), &master).unwrap().is_none());
        let kept = Keepsakes {
            client_id: "sample".into(),
            client_secret: "plain secret".into(),
            api_key: "plain key".into(),
        };
        kept.save(folder.path(), &master).unwrap();
        let file = fs::read_to_string(path(folder.path())).unwrap();
        assert!(!file.contains("plain"), "{file}");
        let again = Keepsakes::load(folder.path(), &master).unwrap().unwrap();
        assert_eq!(again.client_secret, "plain secret");
        assert!(Keepsakes::load(folder.path(), &MasterKey::generate()).is_err());
    }

    #[test]
    fn a_demo_password_is_the_same_at_each_run_and_another_in_each_folder() {
        let master = MasterKey::generate();
        let password = password_of("mira", &master);
        assert_eq!(password, password_of("mira", &master));
        assert_ne!(password, password_of("yuki", &master));
        assert_ne!(password, password_of("mira", &MasterKey::generate()));
        assert_eq!(password.len(), 19);
    }
}
