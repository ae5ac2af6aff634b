// What a phone keeps of its rounds (docs/decisions/rounds.md): the package of the day, the walk, what is half looked at, receipts.
// Answers that are given are a queue of their own (ui/offline/answers.js). After ui/offline/store.js and answers.js.
(function (scope) {
  "use strict";
  const kept = Offline.store("gongzhi-rounds-day", "kept", { strict: true });
  const queue = Offline.answers("gongzhi-rounds", "answers");
  const FRESH = 20 * 3600 * 1000; // a package that was loaded longer ago is said to be old
  const IDLE = 6 * 3600 * 1000; // whoever comes back later than this begins a new walk
  const RECEIPTS = 200;

  // --- the code of a label: six signs and one that catches a wrong one (posting/rules/labels.py) ----------------------------------
  const SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  function code(typed) {
    const said = typed.replace(/[\s-]/g, "").toUpperCase();
    if (!/^[0-9A-Z]{7}$/.test(said) || [...said].some((sign) => !SIGNS.includes(sign))) return "";
    const sum = [...said.slice(0, 6)].reduce((all, sign, n) => all + (n + 1) * SIGNS.indexOf(sign), 0);
    return SIGNS[sum % SIGNS.length] === said[6] ? said : "";
  }
  // What was read: an address that ends in the code, or the code alone.
  function read(text) { return code((text.split(/[?#]/)[0].replace(/\/+$/, "").split("/").pop() || "")); }

  // The day here, where the rounds are, whatever zone the phone is set to.
  const today = () => new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10);

  // --- of one person in one post, in one compound ---------------------------------------------------------------------------------
  function of({ person, standing, code: compound, package: address }) {
    const mine = `${person}|${standing}|${compound}`;
    const id = (kind, rest = "") => `${kind}|${mine}|${rest}`;
    const tab = Offline.newId();
    // What reads a row and writes it goes one after the other: forty receipts come at once.
    let last = Promise.resolve();
    const inOrder = (work) => (last = last.then(work, work));

    // The last package that was loaded; {package, device, etag, loaded} or undefined.
    async function packaged() { return (await kept.get(id("package"))) || undefined; }
    // The same, but tomorrow's once tomorrow has come and nobody had signal since: it was loaded ahead.
    async function packagedNow() {
      const have = await packaged();
      const next = await kept.get(id("next"));
      if (!next || next.package.day !== today() || (have && have.package.day >= next.package.day)) return have;
      const row = { ...next, id: id("package") };
      await kept.put(row);
      await kept.remove(next.id);
      return row;
    }
    // The day after that of a package, kept beside it; silent, because nobody waits for it.
    async function loadAhead(row) {
      const day = new Date(`${row.package.day}T00:00:00Z`);
      day.setUTCDate(day.getUTCDate() + 1);
      const wanted = day.toISOString().slice(0, 10);
      const have = await kept.get(id("next"));
      const headers = { Accept: "application/json", "X-Standing": standing, "X-Device-Time": new Date().toISOString() };
      if (have && have.package.day === wanted) headers["If-None-Match"] = have.etag;
      try {
        const answer = await fetch(`${address}?day=${wanted}`, { headers, credentials: "same-origin", cache: "no-store" });
        if (!answer.ok || answer.redirected) return;
        const said = await answer.json();
        await kept.put({ id: id("next"), package: said, etag: answer.headers.get("ETag") || `"${said.version}"`, device: headers["X-Device-Time"], loaded: Date.now() });
      } catch { /* there is no signal any more */ }
    }
    // Today's list is never old, however long ago it was loaded ahead.
    const isOld = (row) => row.package.day !== today() && (Date.now() - row.loaded > FRESH || row.loaded > Date.now() + FRESH);
    // {row, fresh} | {signIn: true} | {refused: words} | {later: true}
    async function load() {
      const have = await packaged();
      const headers = { Accept: "application/json", "X-Standing": standing, "X-Device-Time": new Date().toISOString() };
      if (have) headers["If-None-Match"] = have.etag;
      let answer;
      try { answer = await fetch(address, { headers, credentials: "same-origin", cache: "no-store" }); } catch { return { later: true }; }
      if (answer.status === 304 && have) {
        await kept.put({ ...have, loaded: Date.now() });
        return { row: have, fresh: false };
      }
      if (answer.status === 401 || answer.redirected) return { signIn: true };
      let said = null;
      try { said = await answer.json(); } catch { return { later: true }; }
      if (!answer.ok) return { refused: said.detail || String(answer.status) };
      const row = { id: id("package"), package: said, etag: answer.headers.get("ETag") || `"${said.version}"`, device: new Date().toISOString(), loaded: Date.now() };
      await kept.put(row);
      return { row, fresh: true };
    }

    // --- the walk: one id, the order of its answers, seconds by a clock that cannot be set --------------------------------------------
    const began = performance.now();
    const step = () => inOrder(async () => {
      const now = Date.now();
      let walk = await kept.get(id("walk"));
      if (!walk || now - walk.at > IDLE || walk.at > now + IDLE) walk = { id: id("walk"), walk: Offline.newId(), order: 0, seconds: 0, at: now };
      // Within one page by performance.now; over a page that was closed by the wall clock, which is all there is.
      const passed = walk.tab === tab ? (performance.now() - walk.mark) / 1000 : Math.max(0, (now - walk.at) / 1000);
      const next = { ...walk, order: walk.order + 1, seconds: walk.seconds + (walk.order ? passed : (performance.now() - began) / 1000), at: now, tab, mark: performance.now() };
      await kept.put(next);
      return { walk: next.walk, order: next.order, seconds: Math.round(next.seconds) };
    });

    // --- what is half looked at: of one tab at a time --------------------------------------------------------------------------------
    async function draft(key, round) {
      const found = await kept.get(id("draft", key));
      const one = found || { id: id("draft", key), key, round, answer: Offline.newId(), values: {}, photos: [], next: 0, normal: "", note: "", way: "list", label: "" };
      one.tab = tab;
      await kept.put(one);
      return one;
    }
    // False when another tab has taken it over meanwhile: then nothing is written.
    const keepDraft = (given) => inOrder(async () => {
      const one = { ...given, photos: [...given.photos] };
      const there = await kept.get(one.id);
      if (!there || there.tab !== tab) return false;
      await kept.put(one);
      const back = await kept.get(one.id);
      if (!back || back.photos.length !== one.photos.length) throw new Error("not kept");
      const last = back.photos[back.photos.length - 1];
      if (last && await Offline.hash(last.bytes) !== last.sha256) throw new Error("not kept");
      return true;
    });
    const dropDraft = (one) => kept.remove(one.id);
    async function drafts() {
      const rows = (await kept.all()).filter((row) => row.id.startsWith(`draft|${mine}|`));
      const given = new Set((await queue.mine(person)).map((row) => row.id));
      const done = await doneOn();
      const left = [];
      for (const row of rows) {
        // Saved, and the phone died before the draft went: the answer is what counts.
        if (given.has(row.answer) || Object.values(done).some((one) => one.id === row.answer)) await kept.remove(row.id);
        else if (Object.keys(row.values).length || row.photos.length) left.push(row);
      }
      return left;
    }

    // --- what was given, by the key of its place and the rounds that it served ---------------------------------------------------------
    async function doneOn() { return (await kept.get(id("done")))?.keys || {}; }
    const noteDone = (name, entry) => inOrder(async () => {
      const row = (await kept.get(id("done"))) || { id: id("done"), keys: {} };
      row.keys[name] = { ...row.keys[name], ...entry };
      const names = Object.keys(row.keys);
      for (const old of names.slice(0, Math.max(0, names.length - 2000))) delete row.keys[old];
      await kept.put(row);
    });
    async function receipts() { return (await kept.get(id("receipts")))?.rows || []; }
    const noteReceipt = (one) => inOrder(async () => {
      const rows = (await receipts()).filter((row) => row.id !== one.id);
      await kept.put({ id: id("receipts"), rows: [one, ...rows].slice(0, RECEIPTS) });
    });
    return { packaged, packagedNow, loadAhead, isOld, load, step, draft, keepDraft, dropDraft, drafts, doneOn, noteDone, receipts, noteReceipt };
  }

  // --- where the phone is, if it may say so and knows -----------------------------------------------------------------------------------
  let watching = null;
  let spot = null;
  function follow(on) {
    if (!navigator.geolocation) return;
    if (!on && watching !== null) { navigator.geolocation.clearWatch(watching); watching = null; spot = null; }
    if (on && watching === null) {
      watching = navigator.geolocation.watchPosition((found) => { spot = found; }, () => { spot = null; }, { enableHighAccuracy: true, maximumAge: 30000 });
    }
  }
  function where() {
    if (!spot || Date.now() - spot.timestamp > 120000) return null;
    return { lat: Number(spot.coords.latitude.toFixed(6)), lon: Number(spot.coords.longitude.toFixed(6)), accuracy: Math.round(spot.coords.accuracy) };
  }

  scope.Rounds = { queue, of, code, read, follow, where };
})(self);
