// The queue of a page that is worked without signal, always in sight: how many wait, what was not taken, sending by hand and by itself.
// After ui/offline/store.js and answers.js. Offline.box(root, {queue, cache, file, mark}): root holds the words (data-say-…) and addresses,
// #walk-queue is where it shows; mark(row, "saved" | "sent" | "aside", words, receipt) is told of each answer.
(function (scope) {
  "use strict";
  scope.Offline.box = function (root, { queue, cache, file, mark }) {
    const say = root.dataset;
    const person = say.person;
    const state = { token: root.querySelector("[name=csrfmiddlewaretoken]")?.value || say.token || "", page: say.page };
    const box = document.getElementById("walk-queue");
    const words = box.querySelector("[data-words]");
    const button = box.querySelector("button");
    const asideList = box.querySelector("ul");
    const delivered = new Set();
    document.documentElement.classList.add("scripted");
    box.hidden = false;

    function tell(text, tone) {
      words.textContent = text;
      box.dataset.tone = tone;
    }
    function exported(row) {
      const text = (bytes) => { let all = ""; for (const one of new Uint8Array(bytes)) all += String.fromCharCode(one); return btoa(all); };
      const whole = { id: row.id, address: row.address, saved: new Date(row.at).toISOString(), body: JSON.parse(row.body),
        photos: row.photos.map((photo) => ({ slot: photo.slot, sha256: photo.sha256, jpeg: text(photo.bytes) })) };
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([JSON.stringify(whole)], { type: "application/json" }));
      link.download = `${file}-${row.id}.json`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    }
    function small(label, act) {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "button secondary";
      made.textContent = label;
      made.addEventListener("click", act);
      return made;
    }
    function drawAside(rows) {
      asideList.replaceChildren(...rows.map((row) => {
        const item = document.createElement("li");
        const line = document.createElement("p");
        line.textContent = `${row.place}：${say.sayAside}${row.words}`;
        const bar = document.createElement("div");
        bar.className = "actions";
        const drop = small(say.doDrop, async () => { await queue.remove(row.id); refresh(); });
        drop.hidden = true; // only what was exported may go
        bar.append(small(say.doExport, () => { exported(row); drop.hidden = false; }), drop);
        item.append(line, bar);
        return item;
      }));
      asideList.hidden = !rows.length;
    }
    function show(rows) {
      const waiting = rows.filter((row) => row.state !== "aside");
      for (const row of rows) mark(row, row.state === "aside" ? "aside" : "saved", row.state === "aside" ? say.sayAsideShort : say.sayWaitsShort);
      drawAside(rows.filter((row) => row.state === "aside"));
      button.hidden = !waiting.length;
      if (waiting.length) tell(say.sayWaiting.replace("{n}", waiting.length), "info");
      else if (delivered.size) tell(say.sayAll, "good");
      else tell(say.sayNone, "neutral");
      return waiting.length;
    }
    let signIn = false;
    function heard({ sent }) {
      for (const { row, receipt } of sent) {
        if (delivered.has(row.id)) continue;
        delivered.add(row.id);
        mark(row, "sent", receipt.differs ? say.sayDiffersShort : say.saySentShort, receipt);
      }
    }
    // Shows what waits and, where there is signal, sends it; how many are left, or null where this phone keeps nothing.
    async function refresh() {
      let left;
      try { left = show(await queue.mine(person)); } catch { tell(say.sayNoStore, "late"); return null; }
      if (!left || !navigator.onLine) return left;
      button.disabled = true;
      const outcome = await queue.flush(person, state, heard);
      button.disabled = false;
      heard(outcome);
      left = show(await queue.mine(person));
      signIn = outcome.signIn;
      if (signIn) tell(say.saySignin.replace("{n}", outcome.waiting), "late");
      if (outcome.sent.length) keepPage();
      return left;
    }

    // --- the page itself, for where there is no signal --------------------------------------------------------------------------
    async function keepPage() {
      if (!window.caches || !navigator.onLine) return;
      try { await (await caches.open(cache)).add(new Request(say.page, { cache: "no-store", credentials: "same-origin" })); } catch { /* later */ }
    }
    button.addEventListener("click", () => { if (signIn) location.assign(`${say.signin}?next=${encodeURIComponent(say.page)}`); else refresh(); });
    Offline.whenever(refresh, () => !button.hidden);
    if (navigator.serviceWorker) {
      navigator.serviceWorker.register(say.worker, { scope: say.scope }).then(() => { if (!document.documentElement.hasAttribute("data-kept")) keepPage(); }).catch(() => {});
    }
    if (navigator.storage?.persist) navigator.storage.persist().catch(() => {});
    const inWeChat = /MicroMessenger/i.test(navigator.userAgent) && /iPhone|iPad/i.test(navigator.userAgent);
    if (inWeChat || !navigator.serviceWorker) document.getElementById("walk-elsewhere").hidden = false;
    return { refresh, state };
  };
})(self);
