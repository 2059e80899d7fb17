//! WebKit's remote inspector: JSON-RPC over a WebSocket, wrapped once for the page's target.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long any answer may take.
const PATIENCE: Duration = Duration::from_secs(100);

#[derive(Debug)]
pub(crate) struct Inspector {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    target: String,
    last_id: u64,
}

impl Inspector {
    /// Attaches to the page behind `url` (`ws://…/socket/…`).
    pub(crate) async fn attach(url: &str) -> Result<Self> {
        let (socket, _) = connect_async(url).await?;
        let mut inspector = Self { socket, target: String::new(), last_id: 0 };
        timeout(Duration::from_secs(60), async {
            while inspector.target.is_empty() {
                inspector.receive().await?;
            }
            anyhow::Ok(())
        })
        .await
        .context("the inspector shows no page")??;
        Ok(inspector)
    }

    /// One command to the page.
    pub(crate) async fn call(&mut self, method: &str, params: Value) -> Result<Value> {
        let id = self.next_id();
        let target = self.target.clone();
        let inner = json!({ "id": id, "method": method, "params": params }).to_string();
        let outer = json!({
            "id": self.next_id(),
            "method": "Target.sendMessageToTarget",
            "params": { "targetId": target, "message": inner },
        });
        self.socket.send(Message::text(outer.to_string())).await?;
        timeout(PATIENCE, async {
            loop {
                if let Some(mut answer) = self.receive().await?
                    && answer["id"] == id
                {
                    if let Some(error) = answer["error"]["message"].as_str() {
                        bail!("{method}: {error}");
                    }
                    return Ok(answer["result"].take());
                }
                if self.target != target {
                    bail!("{method}: the page went away");
                }
            }
        })
        .await
        .with_context(|| format!("{method}: no answer"))?
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The next message: what the page said, if it is from the page.
    async fn receive(&mut self) -> Result<Option<Value>> {
        let message = self.socket.next().await.context("the inspector hung up")??;
        let Message::Text(text) = message else { return Ok(None) };
        let message: Value = serde_json::from_str(&text)?;
        let params = &message["params"];
        match message["method"].as_str() {
            Some("Target.targetCreated") => {
                let info = &params["targetInfo"];
                let is_current = info["isProvisional"] != true;
                if info["type"] == "page" && is_current {
                    self.target = info["targetId"].as_str().unwrap_or_default().to_owned();
                }
            }
            // Another process took over the page.
            Some("Target.didCommitProvisionalTarget") => {
                self.target = params["newTargetId"].as_str().unwrap_or_default().to_owned();
            }
            Some("Target.dispatchMessageFromTarget") if params["targetId"] == *self.target => {
                let inner = params["message"].as_str().context("an empty message")?;
                return Ok(Some(serde_json::from_str(inner)?));
            }
            _ => {}
        }
        Ok(None)
    }
}
