//! `doorward client create`

use clap::Args;
use serde_json::json;

use super::choices::Choices;
use crate::cli::{
    Context, Outcome,
    output::{self, Output},
};
use crate::domain::clients::{
    self, AuthenticationMethod, GrantType, Metadata, NewClient, Registered, Scope,
};

/// Register an application; its secret is shown this once.
#[derive(Args, Debug)]
pub(in crate::cli) struct Create {
    /// What people read on the consent page
    #[arg(long)]
    name: String,
    /// The most that it may ask for
    #[arg(long, default_value = "openid profile email")]
    scope: Scope,
    /// It cannot keep a secret: an application in a browser or on a phone
    #[arg(long)]
    public: bool,
    /// How it may come by tokens; may be given more than once [default: what the metadata say,
    /// or else `authorization_code` and `refresh_token`]
    #[arg(long, value_name = "GRANT")]
    grant: Vec<GrantType>,
    #[command(flatten)]
    choices: Choices,
    #[command(flatten)]
    output: Output,
}

impl Create {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        let mut metadata = self.choices.over(Metadata::default())?;
        metadata.grant_types = grants(self.grant, metadata.grant_types);
        // A mapping is checked against what the directory knows: `client map-claims`.
        metadata.claims_mapping = None;
        let method = metadata.token_endpoint_auth_method;
        let wanted = NewClient {
            name: self.name.trim().to_owned(),
            confidential: !self.public && method != Some(AuthenticationMethod::None),
            metadata: metadata.clone(),
            scope: self.scope.clone(),
        };
        context
            .with_database(async |db| {
                let master_key = crate::app::master_key(context.settings(), db).await?;
                let mut change = context.change(db).await?;
                let registered =
                    clients::register_with(&mut change, &master_key, wanted, None).await?;
                change.commit().await?;
                let mut value = json!({ "client_id": registered.id.as_str() });
                if let Some(secret) = &registered.secret {
                    value["client_secret"] = secret.reveal().into();
                }
                value["name"] = self.name.trim().into();
                value["redirect_uris"] = json!(metadata.redirect_uris);
                value["grant_types"] = json!(metadata.grant_types);
                value["scope"] = json!(self.scope);
                self.output.print(&value, |_| as_text(&registered))
            })
            .await
    }
}

fn grants(given: Vec<GrantType>, in_metadata: Vec<GrantType>) -> Vec<GrantType> {
    let said = [given, in_metadata];
    let said = said.into_iter().find(|grants| !grants.is_empty());
    let mut grants = said.unwrap_or_else(|| Metadata::new(Vec::new()).grant_types);
    grants.sort_by_key(|grant| grant.as_str());
    grants.dedup();
    grants
}

fn as_text(registered: &Registered) -> String {
    let secret = registered
        .secret
        .as_ref()
        .map(|secret| secret.reveal().to_owned());
    let shown_once = if secret.is_some() {
        "\nThe secret is not shown again."
    } else {
        ""
    };
    let pairs = [
        ("client_id", Some(registered.id.to_string())),
        ("client_secret", secret),
    ];
    output::pairs(&pairs) + shown_once
}
