//! `sightline serve`: runs until it is told to stop, and loses nothing when it is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use protocol::console::Role;
use tokio::net::TcpListener;

use super::guard::Guard;
use super::{Place, enrolment_link, say, sign_in_link};
use crate::clock::now_ms;
use crate::http;
use crate::storage::hold::Hold;
use crate::storage::{Storage, devices, settings, users};

/// Longest wait for requests that are under way when the endpoint stops.
const FAREWELL: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[command(flatten)]
    place: Place,
}

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<()> {
        tracing_subscriber::fmt()
            .with_writer(std::io::stderr)
            .with_env_filter(
                tracing_subscriber::EnvFilter::try_from_env("SIGHTLINE_LOG")
                    .unwrap_or_else(|_| "info".into()),
            )
            .init();
        let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
        runtime.block_on(self.serve())
    }

    async fn serve(self) -> anyhow::Result<()> {
        let listener = TcpListener::bind(self.listen)
            .await
            .with_context(|| format!("cannot listen on {}; try another --listen", self.listen))?;
        let address = listener.local_addr().context("the listening socket has no address")?;
        let database = self.place.database()?;
        let Some(_hold) =
            Hold::take(&database).with_context(|| format!("cannot lock {}", database.display()))?
        else {
            bail!("another endpoint or a restore is at work on {}", database.display());
        };
        let guard = Guard::of(database)?;
        let storage = Arc::new(self.place.open()?);
        guard.check(&storage).await?;
        let is_loopback = address.ip().is_loopback();
        let public_url =
            self.place.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
        let remembered = public_url.clone();
        storage.write(move |db| settings::set_public_url(db, &remembered)).await?;
        if !is_loopback && !public_url.starts_with("https://") {
            tracing::warn!(
                "reachable from other machines without https: put a TLS proxy before it and give \
                 its address by --public-url"
            );
        }
        let told_to_stop = told_to_stop()?;
        say(&format!(
            "Sightline is at http://{address}/ and its console at http://{address}/console/"
        ))?;
        if storage.is_new() {
            greet(&storage, &public_url).await?;
        }
        let (stop, stopping) = tokio::sync::watch::channel(false);
        let router = http::router_until(Arc::clone(&storage), &public_url, stopping);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let (stopping, stopped) = tokio::sync::oneshot::channel();
        let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
            told_to_stop.await;
            tracing::info!("stopping");
            // Streams of events are requests that never end, and would hold the farewell up.
            let _ = stop.send(true);
            let _ = stopping.send(());
        });
        let patience = async {
            // Without a signal the sender is never used: wait for ever.
            if stopped.await.is_ok() {
                tokio::time::sleep(FAREWELL).await;
            } else {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            ended = serving => ended.context("serving ended")?,
            () = patience => tracing::warn!("some requests did not finish in time"),
            never = guard.keep(&storage) => match never {},
        }
        guard.note(&storage).await?;
        tokio::task::spawn_blocking(move || storage.close()).await.context("closing the database")
    }
}

/// The first start makes someone to begin with on either side.
async fn greet(storage: &Storage, public_url: &str) -> anyhow::Result<()> {
    let invitation = storage.write(|db| devices::invite(db, "First rep", now_ms())).await?;
    let sign_in =
        storage.write(|db| users::add(db, "admin@localhost", Role::Admin, now_ms())).await?;
    say(&format!(
        "First start. Each link is good once:\n\
         \x20 a rep enrols a phone or laptop:    {}\n\
         \x20 marketing signs in to the console: {}\n\
         More: `sightline invite --rep NAME` and `sightline user add --email E --role marketer`.",
        enrolment_link(public_url, &invitation),
        sign_in_link(public_url, &sign_in),
    ))
}

/// Listens for the signals that end it, from now on: whoever reads that it serves may stop it at
/// once. Ends with the first of them.
#[cfg(unix)]
fn told_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let deaf = "cannot listen for the signals that stop it";
    let mut interrupt = signal(SignalKind::interrupt()).context(deaf)?;
    let mut terminate = signal(SignalKind::terminate()).context(deaf)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn told_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
