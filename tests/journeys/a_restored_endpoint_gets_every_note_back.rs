//! The restore drill: an older backup takes the place of the database, and devices bring back by
//! themselves what it lacks, each note once; also one that enrolled after the backup was made. Both
//! are of one rep, and each shows the notes of the other.

use std::time::Duration;

use anyhow::{Result, ensure};
use journeys::{Endpoint, Engine, Rep, assert_exactly_once, customer_words};

/// For backoff, sending, and what follows a restore.
const SENDING: Duration = Duration::from_secs(150);

#[tokio::test(flavor = "multi_thread")]
async fn in_chromium_and_firefox() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let backup = folder.path().join("monday.sqlite");
    let (phones, laptops) = (folder.path().join("phone"), folder.path().join("laptop"));
    let mut endpoint = Endpoint::start(folder.path()).await?;
    for folder in [&phones, &laptops] {
        std::fs::create_dir_all(folder)?;
    }
    let samples = customer_words(16)?;
    let parts: Vec<_> = samples.chunks(4).collect();

    let phone = Rep::enrol(Engine::Chromium, &phones, &endpoint).await?;
    phone.save_all(parts[0]).await?;
    phone.wait_pending(0, SENDING).await?;
    endpoint.backup(&backup).await?;
    phone.save_all(parts[1]).await?;
    phone.wait_pending(0, SENDING).await?;
    let laptop = Rep::enrol(Engine::Firefox, &laptops, &endpoint).await?;
    laptop.save_all(parts[2]).await?;
    laptop.wait_pending(0, SENDING).await?;

    endpoint.stop().await?;
    endpoint.restore(&backup).await?;
    ensure!(endpoint.export_ndjson().await?.len() == 4, "the backup holds the first four");
    endpoint.start_again().await?;

    // The next word with the endpoint is enough for either to notice.
    let (last_of_phone, last_of_laptop) = parts[3].split_at(2);
    phone.save_all(last_of_phone).await?;
    laptop.save_all(last_of_laptop).await?;
    for _ in 0..150 {
        if endpoint.export_ndjson().await?.len() >= samples.len() {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    phone.wait_pending(0, SENDING).await?;
    laptop.wait_pending(0, SENDING).await?;
    let notes = endpoint.export_ndjson().await?;
    assert_exactly_once(&notes, samples.iter().map(|sample| &*sample.text))?;
    phone.expect_listed("sent", samples.len()).await?;
    laptop.expect_listed("sent", samples.len()).await?;
    phone.browser.close().await?;
    laptop.browser.close().await
}
