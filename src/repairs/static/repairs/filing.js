// The filing page: photos made small on the phone, everything kept as a draft, sent at once or when there is signal.
(function () {
  "use strict";
  const form = document.getElementById("filing");
  if (!form || !window.Drafts || !window.SmallPhotos || !window.fetch) return;
  const say = form.dataset;
  const person = say.person;
  const most = Number(say.most);
  const action = new URL(form.action).pathname;
  const chooser = form.querySelector("[type=file]");
  const picked = form.querySelector("[data-picked]");
  const shrinking = form.querySelector("[data-shrinking]");
  const button = form.querySelector("[type=submit]");
  const buttonWords = button.querySelector("span");
  const openId = `open:${person}:${action}`;
  const asked = new URLSearchParams(location.search).get("draft");
  let id = openId;
  let kind = "open"; // or "refused": one that waited and came back, under its own id
  let reasons;
  let key = Drafts.newKey();
  let photos = []; // [{bytes: ArrayBuffer, type, url}]
  let busy = 0;
  let sending = false;
  let unsaved = false;

  document.documentElement.classList.add("scripted");
  form.noValidate = true;

  // --- photos -----------------------------------------------------------------------------------------------------------
  function drawPhotos() {
    picked.replaceChildren(...photos.map((photo, index) => {
      photo.url = photo.url || URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }));
      const item = document.createElement("li");
      const image = document.createElement("img");
      image.src = photo.url;
      image.alt = `${say.sayPhoto} ${index + 1}`;
      const off = document.createElement("button");
      off.type = "button";
      off.textContent = "×";
      off.setAttribute("aria-label", `${say.sayRemove} ${index + 1}`);
      off.addEventListener("click", () => {
        URL.revokeObjectURL(photo.url);
        photos.splice(photos.indexOf(photo), 1);
        drawPhotos();
        save();
        chooser.focus();
      });
      item.append(image, off);
      return item;
    }));
    picked.hidden = !photos.length;
  }
  chooser.addEventListener("change", async () => {
    const files = [...chooser.files];
    chooser.value = "";
    wrong("photos", "");
    busy += 1;
    for (const [index, file] of files.entries()) {
      if (photos.length >= most) { wrong("photos", say.sayMany); break; }
      shrinking.hidden = false;
      shrinking.textContent = `${say.sayShrinking} ${index + 1}/${files.length}`;
      photos.push(await SmallPhotos.shrink(file));
      drawPhotos();
      await save();
    }
    busy -= 1;
    shrinking.hidden = true;
    form.dataset.typed = "yes";
  });

  // --- errors beside their field ------------------------------------------------------------------------------------------
  function fieldOf(name) {
    const control = form.elements[name];
    const element = control && (control.length && !control.tagName ? control[0] : control);
    return form.querySelector(`[data-field="${name}"]`) || (element && element.closest ? element.closest(".field") : null);
  }
  function wrong(name, words) {
    const field = fieldOf(name) || form;
    const old = field === form ? form.querySelector(":scope > .error") : field.querySelector(".error");
    if (old) old.remove();
    field.classList.toggle("wrong", Boolean(words) && field !== form);
    const controls = [...form.querySelectorAll(`[name="${name}"]`)];
    controls.forEach((control) => control.removeAttribute("aria-invalid"));
    if (!words) return;
    const line = document.getElementById("error-template").content.firstElementChild.cloneNode(true);
    line.id = `id_${name || "form"}_error`;
    line.querySelector("span").textContent = words;
    field.append(line);
    controls.forEach((control) => { control.setAttribute("aria-invalid", "true"); control.setAttribute("aria-describedby", line.id); });
  }
  function clearWrong() {
    form.querySelectorAll(".error").forEach((line) => line.remove());
    form.querySelectorAll(".wrong").forEach((field) => field.classList.remove("wrong"));
  }
  function showWrong(errors) {
    clearWrong();
    Object.entries(errors).forEach(([name, words]) => wrong(name, [].concat(words).join(" ")));
    const first = form.querySelector(".error");
    if (first) {
      first.closest(".field, form").scrollIntoView({ block: "center" });
      const control = first.closest(".field")?.querySelector("input, textarea, select");
      if (control) control.focus({ preventScroll: true });
    }
  }
  function check() {
    const errors = {};
    const value = (name) => String(new FormData(form).get(name) || "").trim();
    if (!value("category")) errors.category = say.sayCategory;
    if (!value("place")) errors.place = say.sayPlace;
    if (value("place") === "public" && !value("place_text") && !value("spot")) errors.place_text = say.sayWhere;
    if (value("whom") === "other") {
      if (!value("for_name")) errors.for_name = say.sayWhom;
      if (!value("for_phone")) errors.for_phone = say.sayPhone;
      if (!value("for_home")) errors.for_home = say.sayAddress;
      if (!value("consent")) errors.consent = say.sayConsent;
    }
    if (!value("words") && !photos.length) errors.words = say.sayWords;
    return errors;
  }

  // --- the draft ----------------------------------------------------------------------------------------------------------
  const HIDDEN = ["csrfmiddlewaretoken", "idempotency_key", "filer", "photos"];
  const fields = () => [...new FormData(form).entries()].filter(([name, value]) => !HIDDEN.includes(name) && typeof value === "string");
  function draft(state) {
    return {
      id: state === "queued" ? `queued:${key}` : id, state, errors: state === "refused" ? reasons : undefined, person, action, key, fields: fields(),
      token: form.elements.csrfmiddlewaretoken.value, photos: photos.map(({ bytes, type }) => ({ bytes, type })),
    };
  }
  const PRESET = ["place", "home", "building", "spot", "whom"]; // what the page itself has chosen is nothing typed
  const isEmpty = () => !photos.length && !fields().some(([name, value]) => value && !PRESET.includes(name));
  // At once, without the photos: what is typed stays even if the page goes in the same moment.
  function note() {
    if (!sending) Drafts.note(id, { person, action, key, fields: isEmpty() ? [] : fields() });
  }
  function save() {
    if (sending) return Promise.resolve();
    unsaved = false;
    note();
    return (isEmpty() ? Drafts.remove(id) : Drafts.put(draft(kind))).catch(() => {});
  }
  let timer = 0;
  form.addEventListener("input", (event) => {
    if (event.target.name) wrong(event.target.name, "");
    if (event.target.name === "place") showPlace();
    if (LIKE.includes(event.target.name)) lookAround();
    unsaved = true;
    note();
    clearTimeout(timer);
    timer = setTimeout(save, 200);
  });
  // Only what is new: after a sign-out in another tab nothing is to be kept again.
  window.addEventListener("pagehide", () => { if (unsaved) save(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && unsaved) save(); });
  document.addEventListener("gongzhi:logout", () => { sending = true; });
  function fill(kept) {
    for (const [name, value] of kept.fields) {
      const controls = [...form.querySelectorAll(`[name="${name}"]`)];
      for (const control of controls) {
        if (control.type === "radio" || control.type === "checkbox") { if (control.value === value) control.checked = true; }
        else control.value = value;
      }
    }
    photos = kept.photos.map((photo) => ({ ...photo }));
    key = kept.key;
    drawPhotos();
    showPlace();
    unfoldWhom();
  }
  function sayRestored() {
    const template = document.getElementById("draft-template");
    if (!template) return;
    const line = template.content.firstElementChild.cloneNode(true);
    line.querySelector("[data-draft-drop]").addEventListener("click", async () => {
      await Drafts.remove(id).catch(() => {});
      line.remove();
      blank();
    });
    form.prepend(line);
  }
  function blank() {
    photos.forEach((photo) => photo.url && URL.revokeObjectURL(photo.url));
    photos = [];
    key = Drafts.newKey();
    id = openId;
    kind = "open";
    form.reset();
    clearWrong();
    form.querySelector(".draft-notice")?.remove();
    delete form.dataset.typed;
    drawPhotos();
    showPlace();
    lookAround();
  }
  async function restore() {
    const refused = form.querySelector(".error") !== null; // the server's answer to what was just typed stands already
    const words = Drafts.recall(asked || openId); // never older than what is kept
    let kept = await Drafts.get(asked || openId).catch(() => null);
    if (words && (kept || !asked)) {
      if (!words.fields.length) { Drafts.remove(openId).catch(() => {}); return; }
      kept = { id: openId, photos: [], ...kept, ...words };
    }
    if (!kept || kept.person !== person || kept.action !== action) return;
    id = kept.id;
    if (kept.state === "refused") { kind = "refused"; reasons = kept.errors; }
    if (refused) { photos = kept.photos.map((photo) => ({ ...photo })); drawPhotos(); return; }
    const preset = new URLSearchParams(location.search).get("category");
    const read = spot.disabled ? "" : spot.value; // the code that was read just now, not an older one
    fill(kept);
    if (read) {
      spot.value = read;
      form.querySelector('[name="place"][value="public"]').checked = true;
      showPlace();
    } else { showSpot(spot.value); }
    const chosen = preset && form.querySelector(`[name="category"][value="${CSS.escape(preset)}"]`);
    if (chosen) chosen.checked = true;
    sayRestored();
    if (kept.errors) showWrong(kept.errors);
  }
  // --- the code of a place ------------------------------------------------------------------------------------------------
  const spot = form.elements.spot;
  function showSpot(code) {
    const line = form.querySelector("[data-spot]");
    spot.disabled = !code;
    line.hidden = !code;
    if (code && !line.querySelector("[data-spot-words]").textContent) line.querySelector("[data-spot-words]").textContent = `${say.saySpot} ${code}`;
  }
  // Without signal the service worker brings whoever read a code here, with nothing but the code.
  const readHere = new URLSearchParams(location.search).get("spot");
  if (readHere && spot.disabled && /^[0-9A-Z]{1,8}$/.test(readHere)) {
    spot.value = readHere;
    showSpot(readHere);
    form.querySelector('[name="place"][value="public"]').checked = true;
  }
  function unfoldWhom() {
    const behalf = form.querySelector("details.behalf");
    if (behalf && new FormData(form).get("whom")) behalf.open = true;
  }

  // --- what neighbours reported already: offered, never in the way ----------------------------------------------------------
  const LIKE = ["category", "place", "home", "building", "whom"];
  const around = form.querySelector("[data-similar-here]");
  let looked = "";
  async function lookAround() {
    if (!say.similar || !around || !navigator.onLine) return;
    const data = new FormData(form);
    const asked = new URLSearchParams();
    for (const name of ["category", "place", "home", "building", "spot", "whom", "for_home"]) if (data.get(name)) asked.set(name, data.get(name));
    const address = !asked.get("category") || !asked.get("place") ? "" : `${say.similar}?${asked}`;
    if (address === looked) return;
    looked = address;
    if (!address) { around.replaceChildren(); return; }
    try {
      const answer = await fetch(address, { credentials: "same-origin", headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected || looked !== address) return;
      around.innerHTML = await answer.text();
    } catch { /* no signal: nothing is offered, and nothing is in the way */ }
  }
  form.elements.for_home?.addEventListener("change", lookAround); // a whole address, not each letter of it
  // Whoever joins has said what they had to say: what was written goes, so that it is not filed as well.
  document.getElementById("join")?.addEventListener("submit", () => {
    sending = true;
    Drafts.forget(id);
    Drafts.remove(id).catch(() => {});
  });

  function showPlace() {
    const place = new FormData(form).get("place");
    form.querySelectorAll("[data-when]").forEach((field) => { field.hidden = field.dataset.when !== place; });
  }

  // --- submitting -----------------------------------------------------------------------------------------------------------
  function wait(on) {
    sending = on;
    button.setAttribute("aria-busy", String(on));
    buttonWords.textContent = on ? `${say.saySending}…` : button.dataset.words;
  }
  button.dataset.words = buttonWords.textContent;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending || busy) return;
    const errors = check();
    if (Object.keys(errors).length) { showWrong(errors); return; }
    clearWrong();
    clearTimeout(timer);
    const before = id;
    wait(true);
    const going = draft("queued");
    let kept = true;
    try {
      await Drafts.put(going);
      Drafts.forget(before);
      await Drafts.remove(before === going.id ? "" : before);
    } catch { kept = false; }
    const said = navigator.onLine ? await Drafts.send(going) : { offline: true };
    if (said.done) {
      Drafts.forget(before);
      if (kept) await Drafts.remove(going.id).catch(() => {});
      location.assign(said.done);
      return;
    }
    wait(false);
    if (said.refused) {
      if (kept) await Drafts.remove(going.id).catch(() => {});
      id = openId;
      kind = "open";
      if (said.status === 409) key = Drafts.newKey();
      if (said.refused.place_text && !spot.disabled) { spot.value = ""; showSpot(""); } // a code that is out of use
      await save();
      showWrong(said.refused);
      return;
    }
    if (!kept) { wrong("", say.sayOffline); form.querySelector(":scope > .error").scrollIntoView({ block: "center" }); return; }
    sendLater();
    blank();
    window.scrollTo({ top: 0 });
    Drafts.refresh();
  });
  async function sendLater() {
    try {
      const worker = await navigator.serviceWorker.ready;
      await worker.sync.register("repairs-drafts");
    } catch { /* the next page that is opened sends it */ }
  }

  if (navigator.serviceWorker) navigator.serviceWorker.register(say.worker).catch(() => {});
  showPlace();
  restore().finally(lookAround);
})();
