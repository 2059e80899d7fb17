//! The token of a few minutes: a challenge, signed by the device's key (SECURITY.md, "device").

use protocol::token::{Proof, TokenAnswer, TokenRequest};
use protocol::{Code, DeviceId, proof};
use serde::Serialize;
use sync::REQUEST_MS_MAX;

use super::Driver;
use crate::json;
use crate::key;
use crate::transport::{self, Answer, Ask, Body, Failure, JSON};

const PATH: &str = "/api/v1/token";

/// A token, and whose it is.
pub(crate) struct Token {
    pub device_id: DeviceId,
    pub text: String,
}

/// As the endpoint would refuse a request without one.
pub(super) const fn missing() -> Failure {
    Failure::Refused { status: 401, code: Some(Code::TokenMissing), retry_after_ms: None }
}

impl Driver {
    pub(super) async fn fetch_token(&self) -> Result<(), Failure> {
        let identity = self.identity().await?;
        let device_id = identity.device_id;
        let key = match key::of_device(&self.connection).await {
            Ok(Some(key)) => key,
            // The disk gave the identity and no key: as good as a device that nobody knows.
            Ok(None) => return Err(unknown()),
            Err(_) => return Err(Failure::Unreachable),
        };
        let challenge = match ask(&TokenRequest { device_id, proof: None }).await?.unsealed()? {
            TokenAnswer::Challenge(challenge) => challenge,
            TokenAnswer::Token(_) => return Err(Failure::NotOurs),
        };
        let signature = key.sign(&proof::for_token(&challenge)).await.map_err(|_| unknown())?;
        let proof = Proof { challenge, signature, admission: identity.admission };
        match ask(&TokenRequest { device_id, proof: Some(proof) }).await?.unsealed()? {
            TokenAnswer::Token(text) => {
                *self.token.borrow_mut() = Some(Token { device_id, text });
                Ok(())
            }
            TokenAnswer::Challenge(_) => Err(Failure::NotOurs),
        }
    }
}

const fn unknown() -> Failure {
    Failure::Refused { status: 401, code: Some(Code::DeviceUnknown), retry_after_ms: None }
}

/// Two requests share the time of one.
async fn ask(request: &impl Serialize) -> Result<Answer, Failure> {
    let body = json::write(request).map_err(|_| Failure::Unreachable)?;
    transport::ask(Ask {
        method: "POST",
        path: PATH,
        token: None,
        body: Body::Text(JSON, body),
        headers: Vec::new(),
        limit_ms: REQUEST_MS_MAX / 2,
    })
    .await
}
