//! `POST /api/v1/token`: a device proves who it is (SECURITY.md, "device").

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use protocol::Code;
use protocol::proof::for_token;
use protocol::token::{Proof, TokenAnswer, TokenRequest};

use super::throttle::Client;
use super::{Endpoint, Refusal, body, headers};
use crate::clock::now_ms;
use crate::storage::tokens;
use crate::{chance, proof};

const BYTES_MAX: usize = 4_096;

pub(super) async fn token(
    State(endpoint): State<Endpoint>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<TokenAnswer>, Refusal> {
    headers::same_site(&Method::POST, &headers, &endpoint.public_url)?;
    let text = body::text(&headers, body, "application/json", BYTES_MAX).await?;
    let request: TokenRequest = body::json(&text)?;
    let device_id = request.device_id;
    let Some(proof) = request.proof else {
        let chance = chance::bytes()?;
        let challenge = endpoint
            .storage
            .read(move |db| tokens::challenge(db, device_id, chance, now_ms()))
            .await?;
        return Ok(Json(TokenAnswer::Challenge(challenge)));
    };
    // Only wrong proofs cost: devices come back by the thousand behind one address.
    endpoint.guesses.check(client)?;
    let granted = grant(&endpoint, device_id, proof).await;
    if granted.is_err() {
        endpoint.guesses.spend(client)?;
    }
    granted.map(|token| Json(TokenAnswer::Token(token)))
}

async fn grant(
    endpoint: &Endpoint,
    device_id: protocol::DeviceId,
    proof: Proof,
) -> Result<String, Refusal> {
    let admission = proof.admission.clone();
    let key = endpoint.storage.read(move |db| tokens::key_of(db, device_id, &admission)).await??;
    // Here, beside the other requests: a signature takes longer than a write.
    if !proof::is_valid(&key, &for_token(&proof.challenge), &proof.signature) {
        return Err(Code::ProofRefused.into());
    }
    let chance = chance::bytes()?;
    let grant = move |db: &_| tokens::grant(db, device_id, &proof, key, chance, now_ms());
    Ok(endpoint.storage.write(grant).await??)
}
