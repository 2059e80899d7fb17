// Serves the empty page without a network.
const PAGE = '/bench/page/empty/index.html';
self.addEventListener('install', (event) => {
  event.waitUntil(caches.open('bench-empty').then((cache) => cache.add(PAGE)));
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  if (event.request.mode === 'navigate') event.respondWith(caches.match(PAGE));
});
