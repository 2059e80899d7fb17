//! What another app shares without a network, words and files, waits until the rep says which kind of
//! note it is for, and then is that draft's: below what was typed, and a photo drawn anew.

use std::time::Duration;

use anyhow::{Result, ensure};
use journeys::{Endpoint, Engine, Rep, assert_exactly_once};
use protocol::Kind;

/// For what happens on the device alone.
const LOCAL: Duration = Duration::from_secs(30);
/// For backoff and sending.
const SENDING: Duration = Duration::from_secs(150);

/// What a phone does with a share target of the manifest: it posts this form to the app.
const SHARE: &str = "(async () => {
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action: '/share', enctype: 'multipart/form-data' });
    const words = { title: 'Prospectus', text: 'Moins cher', url: 'https://example.org/x' };
    for (const [name, value] of Object.entries(words)) {
        form.append(Object.assign(document.createElement('input'), { name, value }));
    }
    const canvas = document.createElement('canvas');
    canvas.getContext('2d').fillRect(0, 0, 9, 9);
    const png = await new Promise((done) => canvas.toBlob(done, 'image/png'));
    const files = new DataTransfer();
    files.items.add(new File([png], 'étagère 1.png', { type: 'image/png' }));
    files.items.add(new File(['%PDF-1.7'], 'offre.pdf', { type: 'application/pdf' }));
    const field = Object.assign(document.createElement('input'), { type: 'file', name: 'files' });
    field.multiple = true;
    field.files = files.files;
    form.append(field);
    document.body.append(form);
    setTimeout(() => form.submit(), 100);
    return null;
})()";

#[tokio::test(flavor = "multi_thread")]
async fn in_chromium() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut endpoint = Endpoint::start(folder.path()).await?;
    let rep = Rep::enrol(Engine::Chromium, folder.path(), &endpoint).await?;
    rep.expect_controlled().await?;
    rep.open_form(Kind::Need).await?;
    rep.browser.type_text("note-text", "typed before").await?;
    let is_kept = "new Promise((done) => {
        const opening = indexedDB.open('sightline');
        opening.onsuccess = () => {
            const draft = opening.result.transaction('drafts').objectStore('drafts').get('need');
            draft.onsuccess = () => {
                opening.result.close();
                done(draft.result?.includes('typed before') === true);
            };
        };
    })";
    rep.browser.wait_for(is_kept, LOCAL, "the draft on the disk").await?;

    endpoint.stop().await?;
    rep.browser.eval(SHARE).await?;
    rep.browser.click("share-need").await?;
    rep.wait_kept(2).await?;
    let expected = "typed before\\nProspectus\\nMoins cher\\nhttps://example.org/x";
    let is_there = format!("document.querySelector('textarea')?.value === '{expected}'");
    rep.browser.wait_for(&is_there, LOCAL, "what was shared below what was typed").await?;
    rep.browser.reload().await?;
    rep.browser.wait_for(&is_there, LOCAL, "the same after a reload").await?;
    rep.wait_kept(2).await?;
    let is_taken = "(async () => (await (await caches.open('sightline-shared')).keys()).length)()";
    ensure!(rep.browser.eval(is_taken).await? == 0, "something still waits to be taken in");
    rep.press_save().await?;
    rep.wait_pending(3, LOCAL).await?;

    endpoint.start_again().await?;
    rep.wait_drained(SENDING).await?;
    rep.browser.close().await?;
    let notes = endpoint.export_ndjson().await?;
    assert_exactly_once(&notes, [&*expected.replace("\\n", "\n")])
}
