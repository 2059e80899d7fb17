//! `/api/v1/session`: marketers sign in by a one-time link and stay signed in by a cookie.

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::console::{Role, Session, SignInRequest};
use protocol::{Code, Sha256};

use super::throttle::Client;
use super::{Endpoint, Refusal, body, headers};
use crate::clock::now_ms;
use crate::storage::users;

const BYTES_MAX: usize = 4_096;

/// Whoever is signed in; a handler that asks for it is for marketers and admins alone.
pub(super) struct SignedIn(pub(super) Session);

impl FromRequestParts<Endpoint> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, endpoint: &Endpoint) -> Result<Self, Refusal> {
        headers::same_site(&parts.method, &parts.headers, &endpoint.public_url)?;
        let token = token(&parts.headers, endpoint.is_https()).ok_or(Code::SessionMissing)?;
        let session = endpoint.storage.read(move |db| users::session(db, token, now_ms())).await?;
        session.map(Self).ok_or_else(|| Code::SessionMissing.into())
    }
}

/// An admin who is signed in.
pub(super) struct Admin(pub(super) Session);

impl FromRequestParts<Endpoint> for Admin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, endpoint: &Endpoint) -> Result<Self, Refusal> {
        let SignedIn(session) = SignedIn::from_request_parts(parts, endpoint).await?;
        if session.role == Role::Admin { Ok(Self(session)) } else { Err(Code::Forbidden.into()) }
    }
}

pub(super) async fn who(SignedIn(session): SignedIn) -> Json<Session> {
    Json(session)
}

pub(super) async fn sign_in(
    State(endpoint): State<Endpoint>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    headers::same_site(&Method::POST, &headers, &endpoint.public_url)?;
    endpoint.guesses.spend(client)?;
    let text = body::text(&headers, body, "application/json", BYTES_MAX).await?;
    let SignInRequest { code } = body::json(&text)?;
    let signed_in = endpoint.storage.write(move |db| users::sign_in(db, &code, now_ms())).await?;
    let (token, session) = signed_in.ok_or(Code::SignInRefused)?;
    endpoint.guesses.forgive(client);
    let cookie = cookie(&token, users::SESSION_MS / 1_000, endpoint.is_https())?;
    Ok(([(header::SET_COOKIE, cookie)], Json(session)).into_response())
}

pub(super) async fn sign_out(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if let Some(token) = token(&headers, endpoint.is_https()) {
        endpoint.storage.write(move |db| users::sign_out(db, token)).await?;
    }
    let cookie = cookie("", 0, endpoint.is_https())?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// `__Host-` insists on https, no domain and the whole site; a laptop's loopback has no https.
const fn cookie_name(is_https: bool) -> &'static str {
    if is_https { "__Host-sightline" } else { "sightline" }
}

fn cookie(token: &str, seconds: i64, is_https: bool) -> Result<HeaderValue, Refusal> {
    let name = cookie_name(is_https);
    let secure = if is_https { "; Secure" } else { "" };
    let cookie =
        format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&cookie).map_err(|error| Refusal::new(Code::Internal, error.to_string()))
}

/// The hash of a session's token, as the cookie has it.
pub(super) fn token(headers: &HeaderMap, is_https: bool) -> Option<Sha256> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let token = pairs
        .flat_map(|pairs| pairs.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == cookie_name(is_https))?
        .1;
    Some(Sha256::of(token.as_bytes()))
}
