//! A deployment of a newer version of the app: the built site with one byte more in its page,
//! served as the endpoint would serve it.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use protocol::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::repository;

/// What tells the newer page from the one that was built.
const NEWER: &str = "<!-- newer -->";

/// Serves the newer version until dropped. It has no interface behind it: every push fails.
#[derive(Debug)]
pub struct NewerVersion {
    task: JoinHandle<()>,
}

impl NewerVersion {
    /// Serves it on this port.
    ///
    /// # Errors
    /// Where the site is not built, or the port is taken.
    pub async fn serve(port: u16) -> Result<Self> {
        let files = Arc::new(files()?);
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let files = Arc::clone(&files);
                tokio::spawn(async move {
                    let _ = answer(client, &files).await;
                });
            }
        });
        Ok(Self { task })
    }
}

impl Drop for NewerVersion {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Every file of the app by its address.
fn files() -> Result<HashMap<String, Vec<u8>>> {
    let site = repository().join("target/site");
    let mut files = HashMap::new();
    for entry in std::fs::read_dir(&site).context("the site is not built")? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_file() {
            files.insert(format!("/{name}"), std::fs::read(&path)?);
        }
    }
    let page = files.remove("/index.html").context("the site has no page")?;
    let newer = [&*page, NEWER.as_bytes()].concat();
    let worker = files.get("/sw.js").context("the site has no worker")?;
    let worker = std::str::from_utf8(worker)?;
    let version = worker.split('"').nth(3).context("the worker has no version")?;
    let worker = worker
        .replace(version, "00000000000newer")
        .replace(&Sha256::of(&page).to_string(), &Sha256::of(&newer).to_string());
    files.insert("/sw.js".to_owned(), worker.into_bytes());
    files.insert("/".to_owned(), newer);
    Ok(files)
}

async fn answer(mut client: TcpStream, files: &HashMap<String, Vec<u8>>) -> Result<()> {
    let mut request = vec![0; 16_384];
    let read = client.read(&mut request).await?;
    let request = String::from_utf8_lossy(request.get(..read).unwrap_or_default()).into_owned();
    let path = request.split(' ').nth(1).unwrap_or("/");
    let is_page = !path.contains('.') && !path.starts_with("/api/");
    let (status, body) = match files.get(if is_page { "/" } else { path }) {
        Some(body) => ("200 OK", &**body),
        None => ("503 Service Unavailable", &[][..]),
    };
    let media_type = match path.rsplit('.').next() {
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "text/html",
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\n\
         cache-control: no-cache\r\nconnection: close\r\n\r\n"
    );
    client.write_all(head.as_bytes()).await?;
    client.write_all(body).await?;
    Ok(client.shutdown().await?)
}
