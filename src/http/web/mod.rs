//! What all doors share: the state, the browser's cookies and session, forms and where
//! they may come from, pages and their headers, and what every request passes through.

mod address;
mod around;
mod assets;
mod brand;
mod browser;
mod certificate;
pub mod cookies;
pub mod csrf;
mod dialect;
mod form;
mod frame;
mod language;
mod offer;
mod page;
pub mod pages;
pub mod paths;
mod refusal;
mod request_id;
mod see_other;
mod state;
mod texts;

pub use address::{ClientAddress, TrustedProxies};
pub use around::around;
pub use assets::send_form_path;
pub use brand::{Appearance, Brand, BrandRefused, Colour};
pub use browser::{Browser, session, session_secret};
pub use certificate::{ClientCertificates, ShownCertificate};
pub use cookies::{CookieName, SetCookies};
pub use form::{Form, FormRefused, LARGEST_FORM, PageForm};
pub use frame::Frame;
pub use language::{Language, Languages};
pub use offer::Offer;
pub use page::{FormAction, Origin, Page};
pub use refusal::PageRefusal;
pub use request_id::{RequestId, ThisRequest};
pub use see_other::see_other;
pub use state::{Basics, Parts, State, StateError};
pub use texts::{Phrase, Said, Strong};
