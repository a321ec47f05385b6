//! Another issuer, on a port of its own: metadata, a key set that can change, and a count of
//! how often it was asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use doorward::foundation::crypto::jose::{Algorithm, SigningKey};
use doorward::foundation::outbound::Rules;
use serde_json::{Value, json};

use crate::support::{World, outbound};

pub struct Issuer {
    pub issuer: String,
    pub key: SigningKey,
    shown: Shown,
}

#[derive(Clone, Default)]
struct Shown(Arc<Inner>);

#[derive(Default)]
struct Inner {
    metadata: Mutex<Value>,
    keys: Mutex<Value>,
    asked: AtomicUsize,
}

impl Issuer {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/tenant/v2.0", listener.local_addr().unwrap());
        let key = SigningKey::generate(Algorithm::Rs256).unwrap();
        let shown = Shown::default();
        let router = Router::new()
            .route(
                "/tenant/v2.0/.well-known/openid-configuration",
                get(metadata),
            )
            .route("/keys", get(keys))
            .with_state(shown.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let this = Self { issuer, key, shown };
        this.claim_to_be(&this.issuer.clone());
        this.publish(&[&this.key]);
        this
    }

    /// Says in its metadata that it is `issuer`.
    pub fn claim_to_be(&self, issuer: &str) {
        *self.shown.0.metadata.lock().unwrap() =
            json!({ "issuer": issuer, "jwks_uri": self.jwks_uri() });
    }

    pub fn jwks_uri(&self) -> String {
        self.issuer.replace("/tenant/v2.0", "/keys")
    }

    pub fn publish(&self, keys: &[&SigningKey]) {
        let all: Vec<_> = keys.iter().map(|key| key.public_jwk()).collect();
        *self.shown.0.keys.lock().unwrap() = json!({ "keys": all });
    }

    /// Answers with an error from now on.
    pub fn fall_ill(&self) {
        *self.shown.0.keys.lock().unwrap() = Value::Null;
    }

    /// How often its keys were asked for.
    pub fn asked(&self) -> usize {
        self.shown.0.asked.load(Ordering::SeqCst)
    }
}

async fn metadata(State(shown): State<Shown>) -> Response {
    axum_json(shown.0.metadata.lock().unwrap().clone())
}

async fn keys(State(shown): State<Shown>) -> Response {
    shown.0.asked.fetch_add(1, Ordering::SeqCst);
    axum_json(shown.0.keys.lock().unwrap().clone())
}

fn axum_json(value: Value) -> Response {
    if value.is_null() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    ([("content-type", "application/json")], value.to_string()).into_response()
}

/// The same world, which may call this machine.
pub async fn reaching_this_machine(world: World) -> World {
    world
        .with(|basics| {
            basics.outbound = outbound(Rules {
                allowed: Arc::new(|address| address.is_loopback()),
                ..Rules::strict()
            });
        })
        .await
}
