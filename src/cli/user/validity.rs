//! The bounds of a user's access in time.

use clap::Args;

use super::{Context, Named, Outcome, account::change};
use crate::cli::output::Output;
use crate::domain::access;
use crate::foundation::clock::Timestamp;

/// Say from when and until when a user has access; with neither, it has no bounds.
#[derive(Args, Debug)]
pub(in crate::cli) struct SetValidity {
    /// User name, e-mail address or id
    user: String,
    /// The first moment, such as 2027-01-01T00:00:00Z [default: has long begun]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<Timestamp>,
    /// The first moment without access, such as 2027-07-01T00:00:00Z [default: no end]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
    /// Why: administrators read it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    output: Output,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse_rfc3339(text)
        .ok_or_else(|| "expected a time, such as 2027-01-01T00:00:00Z".to_owned())
}

impl SetValidity {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        let (from, until) = (self.from, self.until);
        if from.zip(until).is_some_and(|(from, until)| from >= until) {
            return Err("the first moment has to be before the end".into());
        }
        let reason = self.reason.as_deref().map(str::trim);
        let reason = reason.filter(|reason| !reason.is_empty());
        let named = Named {
            user: self.user,
            output: self.output,
        };
        change(named, context, async |change, user| {
            Ok(access::set_validity(change, user, from, until, reason).await?)
        })
        .await
    }
}
