//! `/api/v1/people`, `/invitations`, `/users`, `/reps/{id}`: who belongs here. Links are good once,
//! shown once and stored hashed (SECURITY.md, "enrolment").

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use protocol::console::people::{
    InvitationRequest, OneTimeLink, People, RepChange, RepEntry, UserRequest,
};
use protocol::limits::NAME_CHARS_MAX;
use protocol::{Code, RepId};
use qrcode::QrCode;
use qrcode::render::svg;

use super::session::{Admin, SignedIn};
use super::{Endpoint, Refusal, desk};
use crate::clock::now_ms;
use crate::command::{enrolment_link, sign_in_link};
use crate::storage::objection::all_or_nothing;
use crate::storage::{devices, people, users};

const BYTES_MAX: usize = 16 * 1024;
/// The least width of a QR code, in pixels: a phone's camera reads it from a screen.
const QR_PIXELS: u32 = 240;

pub(super) fn routes() -> Router<Endpoint> {
    Router::new()
        .route("/people", get(all))
        .route("/invitations", post(invite))
        .route("/users", post(set_user))
        .route("/reps/{rep_id}", patch(change_rep))
}

async fn all(State(endpoint): State<Endpoint>, _: SignedIn) -> Result<Json<People>, Refusal> {
    endpoint.storage.show_all().await?;
    Ok(Json(endpoint.storage.read(|db| people::all(db, now_ms())).await?))
}

async fn invite(
    State(endpoint): State<Endpoint>,
    Admin(session): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<OneTimeLink>, Refusal> {
    let InvitationRequest { name, region } = desk::read(&headers, body, BYTES_MAX).await?;
    let name = short("name", &name)?.ok_or_else(|| blank("name"))?;
    let region = short("region", region.as_deref().unwrap_or_default())?;
    let now_ms = now_ms();
    let by = session.user_id;
    let code = endpoint
        .storage
        .write(move |db| people::invite(db, &name, region.as_deref(), by, now_ms))
        .await?;
    tracing::info!(by = session.email, "an invitation");
    let link = enrolment_link(&endpoint.public_url, &code);
    one_time(link, now_ms + devices::INVITATION_MS)
}

async fn set_user(
    State(endpoint): State<Endpoint>,
    Admin(session): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<OneTimeLink>, Refusal> {
    let UserRequest { email, role } = desk::read(&headers, body, BYTES_MAX).await?;
    let email = short("email", &email)?.ok_or_else(|| blank("email"))?;
    let is_address = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !email.contains(char::is_whitespace)
    });
    if !is_address {
        return Err(Refusal::new(Code::InvalidField, "email: no e-mail address"));
    }
    let now_ms = now_ms();
    let by = session.user_id;
    let done = endpoint
        .storage
        .write(move |db| all_or_nothing(db, |db| people::set_user(db, &email, role, by, now_ms)));
    let code = desk::made(done.await)?;
    tracing::info!(by = session.email, role = role.as_str(), "a user was set");
    one_time(sign_in_link(&endpoint.public_url, &code), now_ms + users::LINK_MS)
}

async fn change_rep(
    State(endpoint): State<Endpoint>,
    Admin(session): Admin,
    Path(rep_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<RepEntry>, Refusal> {
    let rep_id: RepId = rep_id.parse().map_err(|_| Code::NotFound)?;
    let RepChange { region, is_removed } = desk::read(&headers, body, BYTES_MAX).await?;
    let region = region.map(|region| short("region", &region)).transpose()?;
    let by = session.user_id;
    let done = endpoint.storage.write(move |db| {
        all_or_nothing(db, |db| {
            if let Some(region) = region {
                people::move_rep(db, rep_id, region.as_deref(), by, now_ms())?;
            }
            match is_removed {
                Some(true) => people::remove_rep(db, rep_id, by, now_ms())?,
                Some(false) => people::take_rep_back(db, rep_id, by, now_ms())?,
                None => {}
            }
            Ok(people::all(db, now_ms())?)
        })
    });
    let people = desk::made(done.await)?;
    if is_removed == Some(true) {
        tracing::info!(rep = %rep_id, by = session.email, "a rep was removed");
    }
    let entry = people.reps.into_iter().find(|entry| entry.rep.rep_id == rep_id);
    entry.map(Json).ok_or_else(|| Code::NotFound.into())
}

fn blank(field: &str) -> Refusal {
    Refusal::new(Code::InvalidField, format!("{field}: blank"))
}

/// Without blanks around it; none where nothing is left.
fn short(field: &str, text: &str) -> Result<Option<String>, Refusal> {
    let text = text.trim();
    if text.chars().nth(NAME_CHARS_MAX).is_some() {
        let detail = format!("{field}: at most {NAME_CHARS_MAX} characters");
        return Err(Refusal::new(Code::InvalidField, detail));
    }
    if text.contains(char::is_control) {
        return Err(Refusal::new(Code::InvalidField, format!("{field}: control characters")));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn one_time(link: String, expires_at_ms: i64) -> Result<Json<OneTimeLink>, Refusal> {
    let code = QrCode::new(&link)
        .map_err(|error| Refusal::new(Code::Internal, format!("the QR code: {error}")))?;
    let qr_svg = code.render::<svg::Color<'_>>().min_dimensions(QR_PIXELS, QR_PIXELS).build();
    Ok(Json(OneTimeLink { link, qr_svg, expires_at_ms }))
}
