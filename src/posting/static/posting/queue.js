// What was done at walls without signal: kept in this phone's database, sent one by one, each photo in a request of its own.
// Nothing is deleted here before a receipt names every photo with its hash (docs/decisions/posting.md).
(function (scope) {
  "use strict";
  const NAME = "gongzhi-posting";
  const STORE = "answers";
  const TRIES = 5; // a photo that never arrives whole is set aside after so many

  let opening = null;
  function open() {
    if (!scope.indexedDB) return Promise.reject(new Error("no store"));
    opening = opening || new Promise((resolve, reject) => {
      const asked = scope.indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
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
      const transaction = database.transaction(STORE, mode, mode === "readwrite" ? { durability: "strict" } : {});
      const asked = work(transaction.objectStore(STORE));
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
  const get = (id) => run("readonly", (store) => store.get(id));
  const put = (row) => run("readwrite", (store) => store.put(row));
  const remove = (id) => run("readwrite", (store) => store.delete(id));
  async function mine(person) {
    const every = await run("readonly", (store) => store.getAll());
    return every.filter((row) => row.person === person).sort((a, b) => a.at - b.at);
  }

  async function hash(bytes) {
    const digest = await scope.crypto.subtle.digest("SHA-256", bytes);
    return Array.from(new Uint8Array(digest), (one) => one.toString(16).padStart(2, "0")).join("");
  }
  function newId() {
    if (scope.crypto.randomUUID) return scope.crypto.randomUUID();
    const b = scope.crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
    const text = Array.from(b, (one) => one.toString(16).padStart(2, "0")).join("");
    return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
  // Written, then read back: only what stands in the store is said to be saved.
  async function save(row) {
    await put(row);
    const kept = await get(row.id);
    if (!kept || kept.body !== row.body || kept.photos.length !== row.photos.length) throw new Error("not kept");
    for (const photo of kept.photos) if (await hash(photo.bytes) !== photo.sha256) throw new Error("not kept");
  }

  // --- sending --------------------------------------------------------------------------------------------------------
  const stored = (receipt, photo) => (receipt.photos || []).some((one) => one.slot === photo.slot && one.sha256 === photo.sha256 && one.stored);
  async function freshToken(page) {
    const answer = await fetch(page, { credentials: "same-origin", cache: "no-store" });
    if (answer.redirected || !answer.ok) return null;
    const found = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(await answer.text());
    return found ? found[1] : null;
  }
  // {receipt} | {aside: words} | {signIn: true} | {half: true} | {later: true}
  async function request(row, address, content, headers, state) {
    const once = () => fetch(address, {
      method: "PUT", credentials: "same-origin", body: content,
      headers: { ...headers, Accept: "application/json", "X-CSRFToken": state.token, "X-Standing": row.standing, "X-Device-Time": new Date().toISOString() },
    });
    let answer;
    try {
      answer = await once();
      if (answer.status === 401 || answer.status === 403) {
        const token = await freshToken(state.page);
        if (!token) return { signIn: true };
        state.token = token;
        answer = await once();
      }
    } catch { return { later: true }; }
    let said = null;
    try { said = await answer.json(); } catch { /* a page, not ours */ }
    if (said && said.photos && [200, 201, 409].includes(answer.status)) return { receipt: said };
    if (answer.status === 401) return { signIn: true };
    if (said && said.code === "photo_differs") return { half: true };
    if (said && [400, 403, 404, 413, 415, 422].includes(answer.status)) return { aside: said.detail || String(answer.status) };
    if (answer.status === 413) return { aside: "413" };
    return { later: true };
  }
  async function send(row, state) {
    let said = await request(row, row.address, row.body, { "Content-Type": "application/json" }, state);
    for (const photo of row.photos) {
      if (!said.receipt) return said;
      if (stored(said.receipt, photo)) continue;
      const data = new FormData();
      data.append("photo", new Blob([photo.bytes], { type: photo.type }), `${photo.slot}.jpg`);
      said = await request(row, `${row.address}photos/${photo.slot}/`, data, {}, state);
    }
    if (!said.receipt) return said;
    return row.photos.every((photo) => stored(said.receipt, photo)) ? { done: said.receipt } : { later: true };
  }
  async function sendAll(person, state, heard) {
    const outcome = { sent: [], waiting: 0, aside: [], signIn: false };
    let stopped = false;
    for (const row of await mine(person)) {
      if (row.state === "aside") { outcome.aside.push(row); continue; }
      if (stopped) { outcome.waiting += 1; continue; }
      const said = await send(row, state);
      if (said.done) {
        await remove(row.id);
        outcome.sent.push({ row, receipt: said.done });
      } else if (said.aside || (said.half && (row.tries || 0) >= TRIES)) {
        const aside = { ...row, state: "aside", words: said.aside || "" };
        await put(aside);
        outcome.aside.push(aside);
      } else {
        if (said.half) await put({ ...row, tries: (row.tries || 0) + 1 });
        outcome.waiting += 1;
        outcome.signIn = outcome.signIn || Boolean(said.signIn);
        stopped = Boolean(said.later || said.signIn);
      }
      if (heard) heard(outcome);
    }
    return outcome;
  }
  let flushing = null;
  function flush(person, state, heard) {
    const work = () => sendAll(person, state, heard);
    flushing = flushing || (scope.navigator.locks ? scope.navigator.locks.request(NAME, work) : work()).finally(() => { flushing = null; });
    return flushing;
  }
  scope.PostingQueue = { save, mine, remove, flush, hash, newId };
})(self);
