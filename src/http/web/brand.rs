//! How the pages present themselves: the organisation's name, its mark and its style sheet.

use std::sync::Arc;

use super::assets;

/// What the pages show of whoever runs this server. Clones share it.
#[derive(Clone, Debug)]
pub struct Brand(Arc<Shown>);

#[derive(Debug)]
struct Shown {
    name: String,
    style_path: String,
    mark_path: String,
}

impl Brand {
    /// The name, in titles and under each page.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Where the style sheet is.
    #[must_use]
    pub fn style_path(&self) -> &str {
        &self.0.style_path
    }

    /// Where the mark on top of each page is.
    #[must_use]
    pub fn mark_path(&self) -> &str {
        &self.0.mark_path
    }
}

impl Default for Brand {
    fn default() -> Self {
        Self(Arc::new(Shown {
            name: "Doorward".to_owned(),
            style_path: assets::style_path(),
            mark_path: assets::icon_path(),
        }))
    }
}
