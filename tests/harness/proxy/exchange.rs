//! One connection of a client: request by request, each with what is to happen to it.

use std::io::Result;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::watch;

use super::State;
use super::fault::Fault;
use super::impostor;
use super::message::{Connection, Message};

/// A request that is late is passed on after this long, even if no other comes. The proxy's own
/// test sends another, and a machine that pauses must not let it pass before that.
const LATE_MAX: Duration = Duration::from_secs(if cfg!(test) { 30 } else { 5 });
/// How often something slow moves on.
const TRICKLE: Duration = Duration::from_millis(50);

/// What follows an exchange.
enum Next {
    /// The connection waits for another request.
    Stays,
    Ends,
    Resets,
}

/// Serves a client until either side ends the connection.
pub(super) async fn serve(client: TcpStream, state: Arc<State>) -> Result<()> {
    let mut client = Connection::new(client);
    // On a line of its own: the orders would stay locked through the block, which counts.
    let fault = state.orders().take_for_connection();
    if let Some(fault) = fault {
        state.count(fault);
        return if fault == Fault::Reset { client.reset() } else { Ok(()) };
    }
    while let Some(request) = client.request().await? {
        if state.is_refusing.load(Ordering::SeqCst) {
            break;
        }
        // Before the order is taken: whoever heals the proxy from then on is heard.
        let healed = state.healed.subscribe();
        let fault = state.orders().take(request.path());
        match exchange(&mut client, &request, fault, healed, &state).await? {
            Next::Stays => {}
            Next::Ends => break,
            Next::Resets => return client.reset(),
        }
    }
    Ok(())
}

async fn exchange(
    client: &mut Connection,
    request: &Message,
    fault: Option<Fault>,
    mut healed: watch::Receiver<()>,
    state: &Arc<State>,
) -> Result<Next> {
    let Some(fault) = fault else { return deliver(client, request, state).await };
    match fault {
        Fault::Drop => state.count(fault),
        Fault::Reset => {
            state.count(fault);
            return Ok(Next::Resets);
        }
        Fault::Stall => {
            state.count(fault);
            tokio::select! {
                _ = healed.changed() => {}
                () = client.gone() => {}
            }
        }
        Fault::Hold => hold(client, request, &mut healed, state).await?,
        Fault::CutRequest { bytes } if bytes < request.bytes.len() => {
            let mut server = state.connect().await?;
            server.write(beginning(request, bytes)).await?;
            state.count(fault);
        }
        Fault::CutRequest { .. } => return deliver(client, request, state).await,
        Fault::CutAnswer { bytes } => {
            let answer = state.ask(request).await?;
            if bytes >= answer.bytes.len() {
                return give(client, &answer, state).await;
            }
            client.write(beginning(&answer, bytes)).await?;
            state.count(fault);
        }
        Fault::Slow { bytes_per_s } => {
            state.count(fault);
            let mut server = state.connect().await?;
            trickle(&mut server, &request.bytes, bytes_per_s, &mut healed).await?;
            let Some(answer) = server.answer(request.method()).await? else {
                return Ok(Next::Ends);
            };
            state.passed(request, &answer);
            trickle(client, &answer.bytes, bytes_per_s, &mut healed).await?;
            return Ok(Next::Stays);
        }
        Fault::Duplicate => {
            let (answer, other) = tokio::join!(state.ask(request), state.ask(request));
            other?;
            state.count(fault);
            return give(client, &answer?, state).await;
        }
        Fault::Late => {
            tokio::spawn(deliver_late(request.clone(), Arc::clone(state)));
        }
        Fault::Replay => {
            let earlier = state.orders().earlier(request);
            let Some(answer) = earlier else { return deliver(client, request, state).await };
            state.count(fault);
            return give(client, &answer, state).await;
        }
        Fault::Stranger(who) => {
            state.count(fault);
            return give(client, &impostor::stranger(who), state).await;
        }
        Fault::Spoil(how) => {
            let answer = state.ask(request).await?;
            state.count(fault);
            return give(client, &impostor::spoiled(&answer, how), state).await;
        }
    }
    Ok(Next::Ends)
}

/// As it should be.
async fn deliver(client: &mut Connection, request: &Message, state: &State) -> Result<Next> {
    let answer = state.ask(request).await?;
    give(client, &answer, state).await
}

async fn give(client: &mut Connection, answer: &Message, state: &State) -> Result<Next> {
    if state.is_refusing.load(Ordering::SeqCst) {
        return Ok(Next::Ends);
    }
    client.write(&answer.bytes).await?;
    Ok(Next::Stays)
}

async fn hold(
    client: &mut Connection,
    request: &Message,
    healed: &mut watch::Receiver<()>,
    state: &State,
) -> Result<()> {
    let mut server = state.connect().await?;
    server.write(beginning(request, request.bytes.len() / 2)).await?;
    state.count(Fault::Hold);
    tokio::select! {
        _ = healed.changed() => {}
        () = client.gone() => {}
        // Dies, or gives up on the rest.
        () = server.gone() => {}
    }
    Ok(())
}

/// What its sender has long given up arrives behind the next one.
async fn deliver_late(request: Message, state: Arc<State>) {
    let is_overtaken = tokio::time::timeout(LATE_MAX, state.passing.notified()).await.is_ok();
    // Nobody waits for the answer.
    if state.ask(&request).await.is_ok() && is_overtaken {
        state.count(Fault::Late);
    }
}

/// Once the proxy is healed, the rest comes at once.
async fn trickle(
    to: &mut Connection,
    bytes: &[u8],
    bytes_per_s: u32,
    healed: &mut watch::Receiver<()>,
) -> Result<()> {
    let share = f64::from(bytes_per_s) * TRICKLE.as_secs_f64();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small, above 0")]
    let step = (share as usize).max(1);
    for part in bytes.chunks(step) {
        to.write(part).await?;
        if !healed.has_changed().unwrap_or(true) {
            tokio::time::sleep(TRICKLE).await;
        }
    }
    Ok(())
}

fn beginning(message: &Message, bytes: usize) -> &[u8] {
    message.bytes.get(..bytes).unwrap_or_default()
}
