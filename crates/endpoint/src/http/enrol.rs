//! `POST /api/v1/enrol`: an invitation makes a browser a device, once.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use protocol::Code;
use protocol::enrol::{EnrolAnswer, EnrolRequest};
use protocol::proof::for_enrolment;

use super::throttle::Client;
use super::{Endpoint, Refusal, body, headers};
use crate::clock::now_ms;
use crate::storage::devices;
use crate::{chance, proof};

const BYTES_MAX: usize = 4_096;

pub(super) async fn enrol(
    State(endpoint): State<Endpoint>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<EnrolAnswer>, Refusal> {
    headers::same_site(&Method::POST, &headers, &endpoint.public_url)?;
    endpoint.guesses.spend(client)?;
    let text = body::text(&headers, body, "application/json", BYTES_MAX).await?;
    let request: EnrolRequest = body::json(&text)?;
    let message = for_enrolment(&request.invitation);
    if !proof::is_valid(&request.public_key, &message, &request.signature) {
        return Err(Code::ProofRefused.into());
    }
    let device_id = chance::device_id()?;
    let enrol = move |db: &_| devices::enrol(db, &request, device_id, now_ms());
    let answer = endpoint.storage.write(enrol).await??;
    endpoint.guesses.forgive(client);
    tracing::info!(device = %answer.device_id, rep = %answer.rep_id, "a device was enrolled");
    Ok(Json(answer))
}
