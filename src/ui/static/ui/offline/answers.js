// Answers with photos that are given where there is no signal: kept on the phone, sent one by one, each photo in a request of its
// own. Nothing is deleted here before a receipt names every photo with its hash. After ui/offline/store.js.
// A row: {id, person, standing, at, state, tries, address, body, photos: [{slot, sha256, bytes, type}], …}; what else it has is its page's.
(function (scope) {
  "use strict";
  const { store, hash, freshToken, inTurn } = scope.Offline;
  const TRIES = 5; // a photo that never arrives whole is set aside after so many

  scope.Offline.answers = function (name, table) {
    const rows = store(name, table, { strict: true });
    async function mine(person) {
      return (await rows.all()).filter((row) => row.person === person).sort((a, b) => a.at - b.at);
    }
    // Written, then read back: only what stands in the store is said to be saved.
    async function save(row) {
      await rows.put(row);
      const kept = await rows.get(row.id);
      if (!kept || kept.body !== row.body || kept.photos.length !== row.photos.length) throw new Error("not kept");
      for (const photo of kept.photos) if (await hash(photo.bytes) !== photo.sha256) throw new Error("not kept");
    }

    const stored = (receipt, photo) => (receipt.photos || []).some((one) => one.slot === photo.slot && one.sha256 === photo.sha256 && one.stored);
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
          await rows.remove(row.id);
          outcome.sent.push({ row, receipt: said.done });
        } else if (said.aside || (said.half && (row.tries || 0) >= TRIES)) {
          const aside = { ...row, state: "aside", words: said.aside || "" };
          await rows.put(aside);
          outcome.aside.push(aside);
        } else {
          if (said.half) await rows.put({ ...row, tries: (row.tries || 0) + 1 });
          outcome.waiting += 1;
          outcome.signIn = outcome.signIn || Boolean(said.signIn);
          stopped = Boolean(said.later || said.signIn);
        }
        if (heard) heard(outcome);
      }
      return outcome;
    }
    // flush(person, {token, page}, heard): sends what waits, in order, and tells heard of each.
    return { save, mine, remove: rows.remove, flush: inTurn(name, sendAll) };
  };
})(self);
