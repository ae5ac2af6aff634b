// What a resident wrote without signal: kept in this phone's database, sent by itself, filed once.
// After ui/offline/store.js. A plain script: pages load it, and so does the service worker.
(function (scope) {
  "use strict";
  const NAME = "gongzhi-drafts";
  const DAYS = 30;
  const { newKey, freshToken, inTurn } = scope.Offline;
  const page = typeof document !== "undefined";

  // --- the store ------------------------------------------------------------------------------------------------------
  const rows = scope.Offline.store(NAME, "drafts");
  const { get } = rows;
  const put = (draft) => rows.put({ ...draft, at: Date.now() });
  function remove(id) {
    const before = noted(id);
    return rows.remove(id).finally(() => { if (noted(id) === before) forget(id); });
  }
  const wipe = rows.clear;
  async function queued() {
    const every = await rows.all();
    const old = every.filter((draft) => Date.now() - draft.at > DAYS * 86400000);
    await Promise.all(old.map((draft) => remove(draft.id)));
    return every.filter((draft) => draft.state !== "open" && !old.includes(draft)).sort((a, b) => a.at - b.at);
  }

  // --- notes: words reach the store too late when the page goes at once, so pages also write them down on the spot ------
  // The key begins as those of ui.js do, whose sign-out removes them all. A service worker has no such place.
  const noteKey = (id) => `draft:filing:${id}`;
  function inNotes(action) {
    try { return action(scope.localStorage); } catch { return null; } // no such place, or it is full
  }
  const noted = (id) => inNotes((notes) => notes.getItem(noteKey(id)));
  const forget = (id) => inNotes((notes) => notes.removeItem(noteKey(id)));
  const note = (id, words) => inNotes((notes) => notes.setItem(noteKey(id), JSON.stringify({ ...words, at: Date.now() })));
  function recall(id) {
    const words = inNotes(() => JSON.parse(noted(id) || "null"));
    if (words && Date.now() - words.at <= DAYS * 86400000) return words;
    forget(id);
    return null;
  }

  // --- sending --------------------------------------------------------------------------------------------------------
  function body(draft) {
    const data = new FormData();
    for (const [name, value] of draft.fields) data.append(name, value);
    data.set("csrfmiddlewaretoken", draft.token);
    data.set("idempotency_key", draft.key);
    data.set("filer", draft.person);
    draft.photos.forEach((photo, i) => data.append("photos", new Blob([photo.bytes], { type: photo.type }), `photo-${i + 1}.jpg`));
    return data;
  }
  const post = (draft) => fetch(draft.action, {
    method: "POST", body: body(draft), credentials: "same-origin", headers: { "X-Draft": "1", Accept: "application/json" },
  });
  // {done: address} | {refused: {field: [words]}, status} | {signIn: true} | {offline: true}
  async function send(draft) {
    try {
      let answer = await post(draft);
      const isJson = () => (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (answer.status === 403 && !isJson()) {
        const token = await freshToken(draft.action);
        if (!token) return { signIn: true };
        draft.token = token;
        answer = await post(draft);
      }
      if (isJson()) {
        const said = await answer.json();
        if (answer.status === 201) return { done: said.location };
        if (said.errors) return { refused: said.errors, status: answer.status };
      }
      if (answer.redirected || answer.status === 401 || answer.status === 403) return { signIn: true };
      if (answer.status === 413) return { refused: { photos: [] }, status: 413 };
      return { offline: true }; // the server is unwell: later
    } catch {
      return { offline: true };
    }
  }
  async function sendQueued(person) {
    const outcome = { waiting: 0, signIn: 0, refused: [], sent: [] };
    for (const draft of await queued()) {
      if (person && draft.person !== person) continue;
      if (draft.state === "sent") continue;
      if (draft.state === "refused") { outcome.refused.push(draft); continue; }
      const said = await send(draft);
      if (said.done) {
        // Sent while no page was looking: the next page that is opened says so.
        await (page ? remove(draft.id) : put({ ...draft, state: "sent", location: said.done, fields: [], photos: [] }));
        outcome.sent.push(said.done);
      }
      else if (said.signIn) outcome.signIn += 1;
      else if (said.refused) {
        const refused = { ...draft, state: "refused", errors: said.refused, key: said.status === 409 ? newKey() : draft.key };
        await put(refused);
        outcome.refused.push(refused);
      } else { outcome.waiting += 1; }
    }
    return outcome;
  }
  const flush = inTurn(NAME, sendQueued);

  scope.Drafts = { get, put, remove, wipe, queued, send, flush, newKey, note, recall, forget };
  if (!page) return;

  // --- what the page says of it -----------------------------------------------------------------------------------------
  const box = document.querySelector("[data-queue]");
  function notice(tone, words, actions) {
    const line = document.createElement("div");
    line.className = `notice ${tone}`;
    const inner = document.createElement("div");
    const text = document.createElement("p");
    text.textContent = words;
    inner.append(text);
    if (actions.length) {
      const bar = document.createElement("div");
      bar.className = "actions";
      for (const { label, href, act } of actions) {
        const button = document.createElement(href ? "a" : "button");
        button.className = "button secondary";
        button.textContent = label;
        if (href) button.href = href; else { button.type = "button"; button.addEventListener("click", act); }
        bar.append(button);
      }
      inner.append(bar);
    }
    line.append(inner);
    return line;
  }
  function show(outcome) {
    const say = box.dataset;
    const lines = outcome.sent.map((address) => notice("good", say.saySent, [{ label: say.doSent, href: address }]));
    const here = location.pathname + location.search;
    if (outcome.sending) lines.push(notice("info", say.saySending.replace("{n}", outcome.sending), []));
    if (outcome.signIn) lines.push(notice("warn", say.saySignin.replace("{n}", outcome.signIn), [{ label: say.doSignin, href: `${say.signin}?next=${encodeURIComponent(here)}` }]));
    if (outcome.waiting) lines.push(notice("info", say.sayWaiting.replace("{n}", outcome.waiting), []));
    for (const draft of outcome.refused) {
      lines.push(notice("bad", say.sayRefused + Object.values(draft.errors).flat().join(" "), [
        { label: say.doRefused, href: `${draft.action}?draft=${encodeURIComponent(draft.id)}` },
        { label: say.doDrop, act: async () => { await remove(draft.id); refresh(); } },
      ]));
    }
    box.replaceChildren(...lines);
    box.hidden = !lines.length;
  }
  let sent = [];
  async function refresh() {
    if (!box) return;
    const person = box.dataset.person;
    try {
      const every = (await queued()).filter((draft) => draft.person === person);
      const mine = every.filter((draft) => draft.state !== "sent");
      for (const draft of every.filter((one) => one.state === "sent")) {
        sent.push(draft.location);
        await remove(draft.id);
      }
      const ready = mine.filter((draft) => draft.state === "queued").length;
      if (!mine.length && !sent.length) { box.hidden = true; return; }
      if (!scope.navigator.onLine) { show({ sent, signIn: 0, waiting: ready, refused: mine.filter((d) => d.state === "refused") }); return; }
      if (ready) show({ sent, sending: ready, signIn: 0, waiting: 0, refused: [] });
      const outcome = await flush(person);
      sent = [...sent, ...outcome.sent];
      show({ ...outcome, sent });
    } catch { box.hidden = true; }
  }
  scope.Drafts.refresh = refresh;
  scope.Offline.whenever(refresh, () => scope.navigator.onLine && box && !box.hidden);
  if (scope.navigator.serviceWorker) scope.navigator.serviceWorker.addEventListener("message", refresh);
  document.addEventListener("gongzhi:logout", () => { wipe().catch(() => {}); });
  refresh();
})(self);
