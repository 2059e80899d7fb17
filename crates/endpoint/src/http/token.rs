//! `POST /api/v1/token`: a device proves who it is and gets a token for a few minutes.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use protocol::token::{Proof, TokenAnswer, TokenRequest};
use protocol::{Code, DeviceId, proof as signed};

use super::throttle::Client;
use super::{Endpoint, Refusal, body, headers};
use crate::clock::now_ms;
use crate::exchange::token::{self, Issued};
use crate::{chance, proof};

const BYTES_MAX: usize = 4_096;

pub(super) async fn token(
    State(endpoint): State<Endpoint>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<TokenAnswer>, Refusal> {
    headers::same_site(&Method::POST, &headers, &endpoint.public_url)?;
    endpoint.proofs.has_left(client)?;
    let text = body::text(&headers, body, "application/json", BYTES_MAX).await?;
    let TokenRequest { device_id, proof } = body::json(&text)?;
    let Some(proof) = proof else {
        let keys = endpoint.storage.keys();
        let challenge = token::challenge(keys, device_id, chance::bytes()?, now_ms());
        return Ok(Json(TokenAnswer::Challenge(challenge)));
    };
    match prove(&endpoint, device_id, proof).await? {
        Ok(Issued { token, is_readmitted }) => {
            if is_readmitted {
                tracing::warn!(device = %device_id, "an unknown device was taken in again: it was \
                    enrolled after the backup was made that this endpoint was restored from");
            }
            Ok(Json(TokenAnswer::Token(token)))
        }
        Err(code) => {
            // Only failures count: ten thousand devices may come back through one address.
            endpoint.proofs.spend(client)?;
            Err(code.into())
        }
    }
}

/// Nothing is written before the signature is known to be good.
async fn prove(
    endpoint: &Endpoint,
    device_id: DeviceId,
    proof: Proof,
) -> Result<Result<Issued, Code>, Refusal> {
    let answered = proof.clone();
    let signer = endpoint.storage.read(move |db| token::signer(db, device_id, &answered, now_ms()));
    let public_key = match signer.await? {
        Ok(public_key) => public_key,
        Err(code) => return Ok(Err(code)),
    };
    let message = signed::for_token(&proof.challenge);
    if !proof::is_valid(&public_key, &message, &proof.signature) {
        return Ok(Err(Code::ProofRefused));
    }
    let chance = chance::bytes()?;
    let issue = move |db: &_| token::issue(db, device_id, &proof, chance, now_ms());
    Ok(endpoint.storage.write(issue).await?)
}
