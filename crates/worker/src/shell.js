// Serves the app's shell from a cache that holds exactly one version, whole.
// Generated at build time from crates/worker/src/shell.js.
"use strict";

const VERSION = "__VERSION__";
const CACHE = `sightline-shell-${VERSION}`;
// [path, SHA-256 of its content]
const FILES = new Map(__FILES__);
// The sync engine: its script and its WebAssembly, both among the files.
const [ENGINE_SCRIPT, ENGINE_WASM] = __ENGINE__;
// What other apps share into this one, until the app takes it in (crates/device/src/shared.rs).
// Of no version: it outlives updates.
const SHARED = "sightline-shared";
const SHARE_PAGE = "/share";
// Another site's form may post here too: so much, and the rep is told that it was not kept.
const SHARED_MAX = 50;
// A browser gives a worker a few minutes at the most.
const DRAIN_MS_MAX = 120_000;

// All files or none (SYNC.md fault 12). Each is checked against its hash, so that neither a
// captive portal's page nor a file of another version ever becomes part of the app.
async function precache() {
  const fetched = await Promise.all(Array.from(FILES.keys(), async (path) => [path, await fetchFile(path)]));
  const cache = await caches.open(CACHE);
  // One after the other: no browser syncs all of them at once, and of a power cut those come first
  // that a first capture needs.
  for (const [path, response] of fetched) await cache.put(path, response);
}

async function fetchFile(path) {
  const response = await fetch(path, { cache: "no-cache", credentials: "omit", redirect: "error" });
  const bytes = await response.clone().arrayBuffer();
  if (!response.ok || (await sha256(bytes)) !== FILES.get(path)) {
    throw new Error(`${path} is not the file of version ${VERSION}`);
  }
  return response;
}

async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function dropOlderVersions() {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith("sightline-shell-") && name !== CACHE);
  await Promise.all(older.map((name) => caches.delete(name)));
}

// The shell's file that answers this request, if it is the shell's at all. Never the endpoint's
// interface, never the console, never another method than GET (SYNC.md fault 13).
function shellPath(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return undefined;
  if (/^\/(api|console)(\/|$)/.test(url.pathname)) return undefined;
  if (FILES.has(url.pathname)) return url.pathname;
  return request.mode === "navigate" && !url.pathname.includes(".") ? "/" : undefined;
}

// What the cache has lost, to a power cut or a browser short of room, comes back with a network.
async function fromShell(path, request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path, { ignoreVary: true });
  if (kept) return kept;
  try {
    const response = await fetchFile(path);
    await cache.put(path, response.clone());
    return response;
  } catch {
    return fetch(request);
  }
}

// The share target of the manifest: a form of title, text, url and files, from the device itself.
// Works offline: nothing of it goes to the network.
function isShared(request) {
  const url = new URL(request.url);
  return request.method === "POST" && url.origin === self.location.origin && url.pathname === SHARE_PAGE;
}

// Keeps what was shared and opens the page that asks what it is for. What cannot be kept, it says.
async function takeShared(request) {
  try {
    const form = await request.formData();
    const cache = await caches.open(SHARED);
    if ((await cache.keys()).length >= SHARED_MAX) throw new Error("too much is waiting");
    const words = ["title", "text", "url"].map((name) => form.get(name)).filter((it) => typeof it === "string" && it);
    const files = form.getAll("files").filter((it) => typeof it !== "string" && it.size > 0);
    const place = `${SHARE_PAGE}/${Date.now()}`;
    if (words.length > 0) await cache.put(`${place}/words`, new Response(Array.from(new Set(words)).join("\n")));
    for (const [index, file] of files.entries()) {
      const headers = { "content-type": file.type, "x-name": encodeURIComponent(file.name) };
      await cache.put(`${place}/${index}`, new Response(file, { headers }));
    }
    return Response.redirect(SHARE_PAGE, 303);
  } catch {
    return Response.redirect(`${SHARE_PAGE}?failed`, 303);
  }
}

// The same engine as in the page, for when no page is open. Loaded only when it is needed; the
// scripts of a worker are fixed once it is installed, so its script is named then (below).
async function syncInBackground() {
  if (self.drainOutbox === undefined) {
    loadEngineScript();
    const cache = await caches.open(CACHE);
    const wasm = (await cache.match(ENGINE_WASM)) ?? fetch(ENGINE_WASM);
    await wasm_bindgen({ module_or_path: wasm });
  }
  const isDrained = await self.drainOutbox(DRAIN_MS_MAX);
  // The browser tries again later only if it hears of a failure.
  if (!isDrained) throw new Error("some notes are not sent yet");
}

function loadEngineScript() {
  if (typeof wasm_bindgen === "undefined") importScripts(ENGINE_SCRIPT);
}

self.addEventListener("install", (event) => {
  loadEngineScript();
  event.waitUntil(precache());
});

// Where the browser has Background Sync: asked for by crates/device/src/shell.rs at each save.
self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(syncInBackground());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOlderVersions().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  if (isShared(event.request)) return event.respondWith(takeShared(event.request));
  const path = shellPath(event.request);
  if (path !== undefined) event.respondWith(fromShell(path, event.request));
});

// A newer version waits until a person asks for it; see crates/device/src/shell.rs.
self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
});
