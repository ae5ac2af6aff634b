// The rounds of a day, place by place: the list, one place a screen, what was found kept and sent (docs/decisions/rounds.md, offline.md).
(function () {
  "use strict";
  const root = document.getElementById("walk");
  const can = root && window.Rounds && window.SmallPhotos && window.fetch && window.crypto && crypto.subtle && window.indexedDB;
  if (!can) { if (root) document.getElementById("walk-plain").hidden = false; return; }
  const say = root.dataset;
  const day = Rounds.of(say);
  const list = document.getElementById("round-list");
  const screen = document.getElementById("round-stop");
  const heard = root.querySelector("[data-heard]");
  const find = (name, within = root) => within.querySelector(name);
  const template = (name) => document.getElementById(name).content.firstElementChild.cloneNode(true);
  const clock = (moment) => new Date(moment).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  const date = (moment) => new Date(moment).toLocaleDateString("zh-CN", { month: "numeric", day: "numeric" });
  let row = null; // the package as it is kept
  let done = {}; // what was given on this phone, by name
  let half = new Set(); // keys of what is half looked at

  function fill(line, text) {
    line.querySelector("span").textContent = text;
    line.hidden = !text;
  }

  // --- what is to be walked ----------------------------------------------------------------------------------------------------
  // A place is named with the rounds that it serves: tomorrow the same place is another answer.
  const nameOf = (stop) => `${stop.key}:${stop.rounds.map((one) => `${one.round}.${one.point || ""}`).join(",")}`;
  function stops() { return row ? row.package.stops : []; }
  function roundOf(id) { return row.package.rounds.find((one) => one.id === id); }
  // A round that is filled in as a form, or signed at its end, is a place without one.
  function finishOf(round) {
    return { key: `finish-${round.id}`, finish: true, name: round.name, address: round.duty_name, number: 1, form: round.form, rounds: [{ round: round.id, edition: round.edition }] };
  }
  function isDone(stop) {
    const mine = done[nameOf(stop)];
    if (mine && mine.state !== "aside") return true;
    if (stop.finish) return roundOf(stop.rounds[0].round)?.state === "done";
    return stop.rounds.every((one) => (roundOf(one.round)?.done || []).includes(one.point));
  }
  // Somebody else's: within reach, but nobody is led there.
  const isOthers = (stop) => stop.rounds.every((one) => roundOf(one.round)?.whose === "other");
  function countOf(round) {
    return stops().filter((stop) => stop.rounds.some((one) => one.round === round.id) && isDone(stop)).length;
  }
  const stateOf = (stop) => {
    const mine = done[nameOf(stop)];
    if (mine?.state === "aside") return [say.sayAsideShort, "late"];
    if (mine) return mine.state === "sent" ? [say.saySentShort, "good"] : [say.sayWaitsShort, "info"];
    if (isDone(stop)) return [say.sayDone, "good"];
    return half.has(stop.key) ? [say.sayDraft, "warn"] : [say.sayOpen, "neutral"];
  };
  function line(stop, title, detail, [words, tone]) {
    const one = template("round-row");
    one.dataset.key = stop.key;
    find("a", one).href = `#${stop.key}`;
    find(".row-title", one).textContent = title;
    find(".row-detail", one).textContent = detail;
    const badge = find(".badge", one);
    badge.textContent = words;
    badge.className = `badge ${tone}`;
    badge.hidden = !words;
    return one;
  }
  // Midnight is the end of a day, not the beginning of the next.
  function until(moment) {
    const end = new Date(Date.parse(moment) - 1000);
    const time = clock(moment) === "00:00" ? "24:00" : clock(moment);
    return date(end) === date(Date.now()) ? time : `${date(end)} ${time}`;
  }
  const nextOpen = (round) => stops().find((stop) => !isDone(stop) && (round ? stop.rounds.some((one) => one.round === round.id) : !isOthers(stop)));
  const whoOf = (round) => (round.whose === "mine" ? say.sayMine : round.who ? say.sayWho.replace("{who}", round.who) : "");
  function drawRounds() {
    const others = row.package.rounds.filter((round) => round.whose === "other");
    const lineOf = (round) => {
      const form = round.form && !round.points;
      const finished = round.state === "done";
      const count = form ? say.sayForm : say.sayRound.replace("{points}", round.points).replace("{done}", countOf(round));
      const late = !finished && Date.parse(round.due_at) < Date.now();
      // Yesterday's and today's have one name: when it was due tells them apart.
      const due = (late ? say.sayLate : say.sayDue).replace("{when}", until(round.due_at));
      const title = round.times && round.times !== "1/1" ? `${round.name} ${round.times}` : round.name;
      const left = form ? null : nextOpen(round);
      const detail = [count, finished ? say.sayDone : due, whoOf(round)].filter(Boolean).join(" · ");
      const one = line(finishOf(round), title, detail, form ? stateOf(finishOf(round)) : left ? ["", ""] : [say.sayDone, "good"]);
      if (left) find("a", one).href = `#${left.key}`; // where it goes on; once all was seen, to its signature
      return one;
    };
    find("[data-rounds]").replaceChildren(...row.package.rounds.filter((round) => round.whose !== "other").map(lineOf));
    find("[data-others]").hidden = !others.length;
    find("[data-others-count]").textContent = say.sayOthers.replace("{n}", others.length);
    find("[data-others-rounds]").replaceChildren(...others.map(lineOf));
    const on = nextOpen();
    const button = find("[data-on]");
    button.hidden = !on;
    if (on) {
      button.href = `#${on.key}`;
      find("span", button).textContent = say.sayOn.replace("{name}", on.name);
    }
  }
  function drawPlaces() {
    const open = nextOpen();
    const sections = (chosen) => {
      const places = new Map(); // a building is one section, whichever of its rounds came first
      for (const stop of chosen) {
        const name = [stop.building, stop.floor].filter(Boolean).join(" ") || say.sayNoBuilding;
        places.set(name, [...(places.get(name) || []), stop]);
      }
      return [...places].map(([name, there]) => {
        const section = template("round-place");
        section.open = there.includes(open);
        find("[data-place]", section).textContent = name;
        find("[data-count]", section).textContent = `${there.filter(isDone).length}/${there.length}`;
        find("ul", section).append(...there.map((stop) => line(stop, stop.name, stop.address === stop.name ? "" : stop.address, stateOf(stop))));
        return section;
      });
    };
    find("[data-places]").replaceChildren(...sections(stops().filter((stop) => !isOthers(stop))));
    find("[data-others-places]").replaceChildren(...sections(stops().filter(isOthers)));
    find("[data-find]").hidden = !stops().length;
  }
  async function drawReceipts() {
    const rows = await day.receipts();
    const box = find("[data-receipts]");
    box.hidden = !rows.length;
    find("ul", box).replaceChildren(...rows.map((one) => {
      const item = document.createElement("li");
      const photos = one.photos.length ? ` · ${say.sayPhotos.replace("{n}", one.photos.length)} ${one.photos.map((photo) => photo.sha256.slice(0, 8)).join(" ")}` : "";
      item.textContent = `${one.place} · ${say.sayReceipt.replace("{when}", clock(one.at))}${photos}${one.differs ? ` · ${say.sayDiffersShort}` : ""}`;
      return item;
    }));
  }
  async function drawList() {
    const empty = find("[data-empty]");
    if (!row) {
      fill(empty, say.sayNoPackage);
      return;
    }
    fill(empty, row.package.rounds.length ? "" : say.sayNothing);
    fill(find("[data-old]"), day.isOld(row) ? say.sayOld.replace("{day}", row.package.day) : "");
    find("[data-day]").textContent = row.package.day;
    find("[data-loaded]").textContent = say.sayLoaded.replace("{when}", `${date(row.loaded)} ${clock(row.loaded)}`);
    drawRounds();
    drawPlaces();
    await drawReceipts();
  }
  async function load() {
    const found = await day.load();
    if (found.row) row = found.row;
    if (found.row) day.loadAhead(found.row);
    if (found.refused || found.signIn) fill(find("[data-empty]"), found.signIn ? say.saySignin.replace("{n}", "0") : `${say.sayRefused}${found.refused}`);
    if (found.row && !list.hidden) drawList();
    return found;
  }

  // --- the queue ------------------------------------------------------------------------------------------------------------------
  const { refresh } = Offline.box(root, {
    queue: Rounds.queue, cache: "gongzhi-pages-rounds", file: "round",
    mark(answer, kind, _words, receipt) {
      const known = done[answer.task];
      if (kind === "saved" && known?.state === "sent") return;
      done[answer.task] = { ...known, id: answer.id, state: kind };
      if (kind === "sent") {
        day.noteDone(answer.task, { id: answer.id, state: "sent" });
        day.noteReceipt({ id: answer.id, place: answer.place, at: receipt.received_at, photos: receipt.photos, differs: receipt.differs }).then(drawReceipts);
        for (const told of receipt.rounds || []) {
          const round = row && roundOf(told.round);
          if (round) round.state = told.state;
        }
      }
      const one = stops().find((stop) => nameOf(stop) === answer.task);
      const shown = one && find(`:is([data-places], [data-others-places]) [data-key="${CSS.escape(one.key)}"] .badge`);
      if (shown) {
        const [words, tone] = stateOf(one);
        shown.textContent = words;
        shown.className = `badge ${tone}`;
      }
      if (row && !list.hidden) drawRounds();
    },
  });

  // --- codes ------------------------------------------------------------------------------------------------------------------------
  let wanted = null; // the open place, to which a code belongs or not
  function stopBy(label) {
    const key = row?.package.labels[label];
    return key ? stops().find((stop) => stop.key === key) : undefined;
  }
  function wrongCode(text) { fill(find("[data-code-wrong]", wanted ? screen : list), text); }
  function met(label, way) {
    const stop = stopBy(label);
    wrongCode("");
    if (!stop) { wrongCode(say.sayUnknown); return; }
    if (wanted && wanted.stop.key !== stop.key) { wrongCode(say.sayOther.replace("{name}", stop.name)); return; }
    if (wanted) wanted.scanned(label, way);
    else { arriving = { key: stop.key, label, way }; location.hash = stop.key; }
  }
  let arriving = null;
  const scanner = Scanner(document.getElementById("walk-scanner"), (text) => {
    const label = Rounds.read(text);
    if (label) met(label, "qr");
    return Boolean(label);
  });
  // A label that is touched is the proof of having been there, as a scanned one is; only some browsers can (Web NFC).
  const touch = Touch((text) => {
    const label = Rounds.read(text);
    if (label) met(label, "nfc");
    else wrongCode(say.sayTouchNothing);
    return Boolean(label);
  });
  function showTouch() { for (const one of root.querySelectorAll("[data-touch]")) { one.hidden = !touch.able; one.setAttribute("aria-pressed", String(touch.on)); } }
  for (const one of root.querySelectorAll("[data-touch]")) {
    one.addEventListener("click", async () => {
      wrongCode("");
      if (touch.on) touch.stop();
      else if (!await touch.start()) wrongCode(say.sayNoTouch);
      showTouch();
    });
  }
  showTouch();
  scanner.able().then((able) => { for (const one of root.querySelectorAll("[data-scan]")) { one.hidden = !able; one.addEventListener("click", scanner.open); } });
  function typed(text) {
    const label = Rounds.code(text);
    if (label) met(label, "typed");
    else wrongCode(say.sayWrongCode);
  }
  find("[data-code]").addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    typed(event.target.elements.label.value);
  });
  const codeField = document.getElementById("round-code");
  find("[data-typed]").addEventListener("click", () => typed(codeField.value));
  codeField.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); typed(codeField.value); } });

  // --- the torch, where the browser has it ---------------------------------------------------------------------------------------------
  const torch = find("[data-torch]");
  let light = null;
  function dark() {
    light?.getTracks().forEach((track) => track.stop());
    light = null;
    torch.setAttribute("aria-pressed", "false");
  }
  torch.hidden = !navigator.mediaDevices?.getSupportedConstraints?.().torch;
  torch.addEventListener("click", async () => {
    if (light) { dark(); return; }
    try {
      light = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      const [track] = light.getVideoTracks();
      if (!track.getCapabilities?.().torch) throw new Error("no torch");
      await track.applyConstraints({ advanced: [{ torch: true }] });
      torch.setAttribute("aria-pressed", "true");
    } catch { dark(); torch.hidden = true; wrongCode(say.sayNoTorch); }
  });

  // --- one place -------------------------------------------------------------------------------------------------------------------------
  async function open(stop) {
    const { package: pack, device } = row; // a newer one may come while somebody is looking
    const draft = await day.draft(stop.key, nameOf(stop));
    if (draft.round !== nameOf(stop)) { // of another day: it was never given, and its rounds are over
      Object.assign(draft, { round: nameOf(stop), answer: Offline.newId(), values: {}, photos: [], normal: "", note: "", way: "list", label: "" });
      await day.keepDraft(draft);
    }
    const lost = find("[data-taken]", screen);
    fill(lost, "");
    async function keep() {
      if (await day.keepDraft(draft)) return true;
      fill(lost, say.sayTaken);
      lost.scrollIntoView({ block: "center" });
      return false;
    }
    find("[data-name]", screen).textContent = stop.name;
    find("[data-address]", screen).textContent = stop.address === stop.name ? "" : stop.address;
    find("[data-serves]", screen).textContent = stop.finish ? "" : [...new Set(stop.rounds.map((one) => roundOf(one.round)?.duty_name).filter(Boolean))].join(" · ");
    fill(find("[data-state]", screen), { away: say.sayAway, stopped: say.sayStopped, gone: say.sayGone }[stop.state] || "");
    fill(find("[data-wrong]", screen), "");
    fill(find("[data-code-wrong]", screen), "");
    find("[data-way]", screen).hidden = Boolean(stop.finish);
    find("[data-typing]", screen).open = false;
    codeField.value = "";
    const items = pack.forms[stop.form] || [];
    const form = Rounds.form(find("[data-items]", screen), { items, draft, limits: pack.limits, say, keep });
    const normal = document.getElementById("round-normal");
    find("[data-normal]", screen).hidden = !(stop.number > 1);
    find("[data-normal] .label", screen).textContent = say.sayNormal.replace("{all}", stop.number);
    normal.max = stop.number;
    normal.value = draft.normal;
    normal.onchange = () => { draft.normal = normal.value; keep(); };
    const note = document.getElementById("round-note");
    note.value = draft.note;
    find("[data-note]", screen).open = Boolean(draft.note);
    note.onchange = () => { draft.note = note.value.trim(); keep(); };
    function showWay() {
      find("[data-way-words]", screen).textContent = { nfc: say.sayNfc, qr: say.sayQr, typed: say.sayTyped }[draft.way] || say.sayList;
      find("[data-way]", screen).dataset.tone = { nfc: "good", qr: "good", typed: "warn" }[draft.way] || "";
    }
    showWay();
    const fine = find("[data-all-fine]", screen);
    const able = items.some((item) => item.type === "ok");
    fine.hidden = !able;
    fine.disabled = true;
    find("[data-unseen]", screen).textContent = able ? say.sayUnseen : "";
    form.whenSeen(() => { fine.disabled = false; find("[data-unseen]", screen).textContent = ""; });
    fine.onclick = async () => { await form.allFine(); find("button[type=submit]", screen).focus(); };
    wanted = {
      stop,
      scanned(label, way) {
        if (["qr", "nfc"].includes(draft.way) && way === "typed") return; // what was proved better stays
        Object.assign(draft, { label, way });
        showWay();
        keep();
      },
      close() { form.close(); wanted = null; dark(); },
      async save() {
        const wrong = find("[data-wrong]", screen);
        fill(wrong, "");
        if (form.wanting()) return;
        if (normal.value && (!/^\d+$/.test(normal.value) || Number(normal.value) > stop.number)) { fill(wrong, normal.closest(".field").querySelector(".label").textContent); normal.focus(); return; }
        if (!await keep()) return;
        const step = await day.step();
        const photos = draft.photos.map((photo, slot) => ({ slot, sha256: photo.sha256, bytes: photo.bytes, type: photo.type }));
        const body = JSON.stringify({
          kind: stop.finish ? "finish" : "point", ...step, package: pack.version, loaded: { server: pack.server_time, device },
          rounds: stop.rounds, way: draft.way, label: draft.label, place: Rounds.where(), results: form.results(),
          ...(stop.number > 1 && draft.normal !== "" ? { normal: Number(draft.normal) } : {}), note: draft.note,
          device_at: new Date().toISOString(), photos: photos.map(({ slot, sha256, bytes }) => ({ slot, sha256, bytes: bytes.byteLength })),
        });
        try {
          // Written and read back before anything is said to be saved; the draft goes last.
          await Rounds.queue.save({
            id: draft.answer, person: say.person, standing: say.standing, task: nameOf(stop), place: stop.finish ? stop.name : `${stop.address} ${stop.name}`, at: Date.now(),
            state: "queued", tries: 0, address: `${say.api}${draft.answer}/`, body, photos,
          });
        } catch { fill(wrong, say.sayNotKept); return; }
        done[nameOf(stop)] = { id: draft.answer, state: "saved" };
        await day.noteDone(nameOf(stop), { id: draft.answer, state: "saved" });
        await day.dropDraft(draft);
        half.delete(stop.key);
        heard.textContent = `${stop.name} ${say.saySaved}`;
        refresh();
        next(stop);
      },
    };
    if (arriving?.key === stop.key) wanted.scanned(arriving.label, arriving.way);
    arriving = null;
  }
  // Person, as a string everywhere: the queue compares.
  let saving = false;
  screen.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (saving || !wanted) return;
    saving = true;
    try { await wanted.save(); } finally { saving = false; }
  }, true);
  // The next place in the order of walking that nobody has looked at; a form by itself leads back to the list.
  function next(stop) {
    const all = stops();
    const from = all.indexOf(stop);
    const walked = new Set(stop.rounds.map((one) => one.round)); // whoever stands in for somebody is led on in that round
    const following = from < 0 ? null : [...all.slice(from + 1), ...all.slice(0, from)].find((one) => !isDone(one) && (!isOthers(one) || one.rounds.some((each) => walked.has(each.round))));
    if (following) location.replace(`#${following.key}`);
    else location.hash = "";
  }

  // --- screens -----------------------------------------------------------------------------------------------------------------------------
  let going = Promise.resolve();
  async function route() {
    wanted?.close();
    const key = decodeURIComponent(location.hash.slice(1));
    const round = key.startsWith("finish-") && row ? row.package.rounds.find((one) => `finish-${one.id}` === key) : null;
    const stop = round ? finishOf(round) : stops().find((one) => one.key === key);
    list.hidden = Boolean(stop);
    screen.hidden = !stop;
    if (stop) await open(stop);
    else {
      half = new Set((await day.drafts()).map((one) => one.key));
      await drawList();
    }
    window.scrollTo(0, 0);
    if (moved) find("h1", stop ? screen : list).focus({ preventScroll: true });
    moved = true;
  }
  let moved = false;
  window.addEventListener("hashchange", () => { going = going.then(route).catch(() => {}); });

  // --- by and by ----------------------------------------------------------------------------------------------------------------------------------
  const place = document.getElementById("round-where");
  place.checked = localStorage.getItem("gongzhi-rounds-where") === "yes";
  Rounds.follow(place.checked);
  place.addEventListener("change", () => {
    localStorage.setItem("gongzhi-rounds-where", place.checked ? "yes" : "no");
    Rounds.follow(place.checked);
  });
  find("[data-reload]").addEventListener("click", load);
  Offline.whenever(() => { if (navigator.onLine && !wanted) load(); }, () => row !== null && day.isOld(row));
  (async () => {
    try {
      row = (await day.packagedNow()) || null;
      done = await day.doneOn();
    } catch { /* this phone keeps nothing: the queue says so */ }
    if (!row || !location.hash) await load();
    going = going.then(route);
    await going;
    list.closest("#walk").dataset.ready = "yes";
    const read = Rounds.code(new URLSearchParams(location.search).get("label") || "");
    if (read && row) met(read, "qr");
    refresh();
    if (row && location.hash && navigator.onLine) load();
  })();
})();
