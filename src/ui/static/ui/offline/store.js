// What a phone keeps until there is signal: rows in its own database, and what is needed to send them once.
// For pages and service workers alike, so a plain script: not every worker loads modules. docs/decisions/offline.md
(function (scope) {
  "use strict";

  // --- rows by their id ---------------------------------------------------------------------------------------------------
  // strict: written to the disk before it is said to be kept; for what exists nowhere else.
  function store(name, table, { strict = false } = {}) {
    let opening = null;
    function open() {
      if (!scope.indexedDB) return Promise.reject(new Error("no store"));
      opening = opening || new Promise((resolve, reject) => {
        const asked = scope.indexedDB.open(name, 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore(table, { keyPath: "id" });
        asked.onsuccess = () => {
          asked.result.onversionchange = () => { asked.result.close(); opening = null; };
          asked.result.onclose = () => { opening = null; }; // short of memory, a phone may close it under us
          resolve(asked.result);
        };
        asked.onerror = () => reject(asked.error);
      }).catch((error) => { opening = null; throw error; });
      return opening;
    }
    async function attempt(mode, work) {
      const database = await open();
      return new Promise((resolve, reject) => {
        const writes = mode === "readwrite";
        const transaction = database.transaction(table, mode, writes && strict ? { durability: "strict" } : {});
        const asked = work(transaction.objectStore(table));
        if (writes && transaction.commit) transaction.commit(); // a page that is going does not live to the end of it
        transaction.oncomplete = () => resolve(asked.result);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    }
    async function run(mode, work) {
      try { return await attempt(mode, work); } catch {
        opening = null;
        return attempt(mode, work);
      }
    }
    return {
      get: (id) => run("readonly", (rows) => rows.get(id)),
      all: () => run("readonly", (rows) => rows.getAll()),
      put: (row) => run("readwrite", (rows) => rows.put(row)),
      remove: (id) => run("readwrite", (rows) => rows.delete(id)),
      clear: () => run("readwrite", (rows) => rows.clear()),
    };
  }

  // --- names of its own making ----------------------------------------------------------------------------------------------
  const hex = (bytes) => Array.from(new Uint8Array(bytes), (one) => one.toString(16).padStart(2, "0")).join("");
  const newKey = () => hex(scope.crypto.getRandomValues(new Uint8Array(24)));
  const hash = async (bytes) => hex(await scope.crypto.subtle.digest("SHA-256", bytes));
  function newId() {
    if (scope.crypto.randomUUID) return scope.crypto.randomUUID();
    const bytes = scope.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64; bytes[8] = (bytes[8] & 63) | 128;
    return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  // --- sending --------------------------------------------------------------------------------------------------------------
  // The token of a signed-in page; null when one has to sign in first.
  async function freshToken(page) {
    const answer = await fetch(page, { credentials: "same-origin", cache: "no-store" });
    if (answer.redirected || !answer.ok) return null;
    const found = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(await answer.text());
    return found ? found[1] : null;
  }
  // One at a time, in all tabs and the worker; who asks meanwhile gets the same outcome.
  function inTurn(name, work) {
    let going = null;
    return (...given) => {
      const once = () => work(...given);
      going = going || (scope.navigator.locks ? scope.navigator.locks.request(name, once) : once()).finally(() => { going = null; });
      return going;
    };
  }
  // Half of all phones have no background sync: a page tries when the network is back, when it comes to the front, and by and by.
  function whenever(work, waits) {
    scope.addEventListener("online", work);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) work(); });
    scope.setInterval(() => { if (!document.hidden && waits()) work(); }, 30000);
  }

  scope.Offline = { store, newKey, newId, hash, freshToken, inTurn, whenever };
})(self);
