// IndexedDB's requests and transactions as promises.

/** What a request gives. */
export const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** The end of a transaction: all of it is stored. A full disk only aborts, without an error. */
export const committed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

/** An open database; `make` gives it its stores where it is new. */
export function opened(request, make) {
  request.onupgradeneeded = () => make?.(request.result);
  return settled(request);
}
