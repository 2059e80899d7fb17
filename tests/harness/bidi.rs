//! As much of WebDriver BiDi (w3.org/TR/webdriver-bidi) as the journeys need.

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A session's second way in.
#[derive(Debug)]
pub(crate) struct BiDi {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl BiDi {
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        Ok(Self { socket: connect_async(url).await?.0 })
    }

    /// From now on calls this function in each page before the page's own scripts, for as long as
    /// this is kept.
    pub(crate) async fn preload(mut self, function: &str) -> Result<Self> {
        let command = json!({
            "id": 1,
            "method": "script.addPreloadScript",
            "params": { "functionDeclaration": function },
        });
        self.socket.send(Message::text(command.to_string())).await?;
        loop {
            let message = self.socket.next().await.context("the driver hung up")??;
            let Message::Text(text) = message else { continue };
            let answer: Value = serde_json::from_str(&text)?;
            if answer["id"] == 1 {
                if answer["type"] != "success" {
                    bail!("script.addPreloadScript: {answer}");
                }
                return Ok(self);
            }
        }
    }
}
