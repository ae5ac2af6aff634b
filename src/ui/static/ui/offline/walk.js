// A list that is walked without signal: the queue that is always visible, one form a task, its photo made small and kept on the phone,
// sent when there is signal. After documents/photos.js, ui/offline/store.js and ui/offline/answers.js. The page's own script says what
// an answer is: Offline.walk(root, {queue, cache, file, read}) with read(form, photo, task) -> {wrong: words} | {body: {…}}.
(function (scope) {
  "use strict";
  scope.Offline.walk = function (walk, { queue, cache, file, read }) {
    const say = walk.dataset;
    const person = say.person;
    const state = { token: walk.querySelector("[name=csrfmiddlewaretoken]")?.value || say.token || "", page: say.page };
    const box = document.getElementById("walk-queue");
    const words = box.querySelector("[data-words]");
    const button = box.querySelector("button");
    const asideList = box.querySelector("ul");
    const delivered = new Set();
    document.documentElement.classList.add("scripted");
    box.hidden = false;

    // --- the queue, always visible ----------------------------------------------------------------------------------------
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
    function item(task) { return walk.querySelector(`[data-task="${task}"]`); }
    function mark(task, kind, text) {
      const found = item(task);
      if (!found) return;
      found.dataset.kept = kind;
      const badge = found.querySelector("[data-state]");
      badge.textContent = text;
      badge.className = `badge ${kind === "sent" ? "good" : kind === "aside" ? "late" : "info"}`;
      badge.hidden = false;
      const form = found.querySelector("form");
      if (form) form.hidden = kind !== "aside";
      found.querySelector(".walk-kept").hidden = kind === "aside";
      found.querySelector(".walk-kept").textContent = kind === "sent" ? say.saySentOne : say.saySavedOne;
    }
    function show(rows) {
      const waiting = rows.filter((row) => row.state !== "aside");
      for (const row of rows) mark(row.task, row.state === "aside" ? "aside" : "saved", row.state === "aside" ? say.sayAsideShort : say.sayWaitsShort);
      drawAside(rows.filter((row) => row.state === "aside"));
      button.hidden = !waiting.length;
      if (waiting.length) tell(say.sayWaiting.replace("{n}", waiting.length), "info");
      else if (delivered.size) tell(say.sayAll, "good");
      else tell(say.sayNone, "neutral");
      return waiting.length;
    }
    let signIn = false;
    async function refresh() {
      let left;
      try { left = show(await queue.mine(person)); } catch { tell(say.sayNoStore, "late"); return; }
      if (!left || !navigator.onLine) return;
      button.disabled = true;
      const outcome = await queue.flush(person, state, (now) => {
        for (const { row, receipt } of now.sent) { delivered.add(row.task); mark(row.task, "sent", receipt.differs ? say.sayDiffersShort : say.saySentShort); }
      });
      button.disabled = false;
      for (const { row, receipt } of outcome.sent) { delivered.add(row.task); mark(row.task, "sent", receipt.differs ? say.sayDiffersShort : say.saySentShort); }
      show(await queue.mine(person));
      signIn = outcome.signIn;
      if (signIn) tell(say.saySignin.replace("{n}", outcome.waiting), "late");
      if (outcome.sent.length) keepPage();
    }

    // --- one task -----------------------------------------------------------------------------------------------------------
    const chosen = new Map();
    function complain(form, text) {
      const line = form.querySelector("[data-wrong]");
      line.querySelector("span").textContent = text;
      line.hidden = !text;
      if (text) line.scrollIntoView({ block: "center" });
    }
    walk.addEventListener("change", async (event) => {
      const input = event.target;
      if (input.type !== "file" || !input.files.length) return;
      const form = input.closest("form");
      const preview = form.querySelector("[data-preview]");
      complain(form, "");
      preview.hidden = true;
      const photo = await SmallPhotos.shrink(input.files[0]);
      chosen.set(form, photo);
      if (preview.src) URL.revokeObjectURL(preview.src);
      preview.src = URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }));
      preview.hidden = false;
      form.dataset.ready = "yes";
    });
    walk.addEventListener("submit", async (event) => {
      const form = event.target;
      const found = form.closest("[data-task]");
      if (!found) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (form.dataset.saving) return;
      const photo = chosen.get(form);
      const said = read(form, photo, found.dataset);
      if (said.wrong) { complain(form, said.wrong); return; }
      form.dataset.saving = "yes";
      try {
        const id = Offline.newId();
        const photos = photo ? [{ slot: 0, sha256: await Offline.hash(photo.bytes), bytes: photo.bytes, type: photo.type }] : [];
        const body = JSON.stringify({
          ...said.body, device_at: new Date().toISOString(), photos: photos.map(({ slot, sha256, bytes }) => ({ slot, sha256, bytes: bytes.byteLength })),
        });
        await queue.save({
          id, person, standing: say.standing, task: found.dataset.task, place: found.dataset.place, at: Date.now(), state: "queued", tries: 0,
          address: `${say.api}${id}/`, body, photos,
        });
        chosen.delete(form);
        refresh();
      } catch { complain(form, say.sayNotKept); } finally { delete form.dataset.saving; }
    }, true);

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
    refresh();
  };
})(self);
