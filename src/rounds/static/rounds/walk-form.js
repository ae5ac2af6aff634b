// The items of one place: drawn from its form, kept at every tap, judged before saving. After documents/photos.js and walk-day.js.
// Rounds.form(root, {items, draft, limits, say, keep}): keep() writes the draft, false when another tab has it.
(function (scope) {
  "use strict";
  const template = (name) => document.getElementById(name).content.firstElementChild.cloneNode(true);

  function failed(item, value) {
    if (!value) return false;
    if (item.type === "ok") return value === "bad";
    if (item.type === "choice") return (item.passes || []).length > 0 && !item.passes.includes(value);
    if (item.type !== "number") return false;
    const n = Number(value);
    return (item.min ? n < Number(item.min) : false) || (item.max ? n > Number(item.max) : false);
  }
  const reads = (item, value) => item.type !== "number" || /^-?\d+(\.\d+)?$/.test(value);

  scope.Rounds.form = function (root, { items, draft, limits, say, keep }) {
    const words = document.getElementById("round-words").content;
    const parts = new Map();
    const seen = new Set();
    const told = [];

    const of = (item) => (draft.values[item.key] = draft.values[item.key] || { value: "" });
    const photosOf = (item) => draft.photos.filter((photo) => photo.item === item.key);
    function complain(part, text) {
      const line = part.querySelector("[data-item-wrong]");
      line.querySelector("span").textContent = text;
      line.hidden = !text;
    }
    function show(item, part) {
      const bad = failed(item, of(item).value);
      part.querySelector("[data-fault]").hidden = !bad;
      part.querySelector("[data-photos]").hidden = !(bad || item.type === "photo" || photosOf(item).length);
      part.classList.toggle("bad", bad);
    }
    function pictures(item, part) {
      const list = part.querySelector(".round-pictures");
      for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
      list.replaceChildren(...photosOf(item).map((photo) => {
        const one = template("round-picture");
        one.querySelector("img").src = URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }));
        one.querySelector("button").addEventListener("click", async () => {
          draft.photos = draft.photos.filter((other) => other !== photo);
          await keep();
          pictures(item, part);
          show(item, part);
        });
        return one;
      }));
    }
    async function take(item, part, file) {
      const line = part.querySelector("[data-photo-kept]");
      line.textContent = "";
      complain(part, "");
      if (draft.photos.length >= limits.photos) { complain(part, say.sayTooMany.replace("{n}", limits.photos)); return; }
      const photo = await SmallPhotos.shrink(file);
      if (!photo.bytes.byteLength || photo.bytes.byteLength > limits.photo_bytes || !photo.type.startsWith("image/")) { complain(part, say.sayPhotoBad); return; }
      const one = { item: item.key, n: draft.next, sha256: await Offline.hash(photo.bytes), bytes: photo.bytes, type: photo.type };
      draft.next += 1;
      draft.photos.push(one);
      try {
        if (!await keep()) return;
        line.textContent = say.sayPhotoKept; // only what was written and read back
      } catch {
        draft.photos = draft.photos.filter((other) => other !== one);
        complain(part, say.sayNotKept);
      }
      pictures(item, part);
      show(item, part);
    }
    function choose(item, part, value) {
      of(item).value = value;
      for (const input of part.querySelectorAll("[data-choices] input")) input.checked = input.value === value;
      complain(part, "");
      show(item, part);
    }
    function choices(item) {
      if (item.type === "ok") return [["ok", "[data-ok]"], ["bad", "[data-bad]"], ["none", "[data-none]"]].map(([value, name]) => [value, words.querySelector(name).textContent]);
      return item.type === "choice" ? (item.options || []).map((one) => [one, one]) : [];
    }
    function draw(item) {
      const part = template("round-item");
      const { value, note, fixed } = of(item);
      const labelled = `round-item-${item.key}`;
      part.dataset.item = item.key;
      part.querySelector("legend").textContent = item.name;
      part.querySelector("[data-choices]").append(...choices(item).map(([one, label]) => {
        const choice = template("round-choice");
        const input = choice.querySelector("input");
        Object.assign(input, { name: labelled, value: one, checked: one === value });
        choice.querySelector("span").textContent = label;
        if (item.type === "ok") choice.dataset.tone = { ok: "good", bad: "late", none: "neutral" }[one];
        input.addEventListener("change", () => { choose(item, part, one); keep().catch(() => complain(part, say.sayNotKept)); });
        return choice;
      }));
      const line = part.querySelector("[data-typed-value]");
      if (["number", "text", "date"].includes(item.type)) {
        line.hidden = false;
        const input = line.querySelector("input");
        Object.assign(input, { id: labelled, type: item.type === "date" ? "date" : "text", value: value || "", maxLength: 200 });
        if (item.type === "number") input.inputMode = "decimal";
        input.setAttribute("aria-label", [item.name, item.unit].filter(Boolean).join(" "));
        const range = item.min || item.max ? `${item.min || ""}–${item.max || ""} ` : "";
        line.querySelector(".hint").textContent = item.unit || range ? `${range}${item.unit || ""}` : "";
        input.addEventListener("input", () => { of(item).value = input.value.trim().replace("。", "."); complain(part, ""); show(item, part); });
        input.addEventListener("change", () => keep().catch(() => complain(part, say.sayNotKept)));
      }
      const said = part.querySelector("[data-item-note]");
      said.value = note || "";
      said.id = `${labelled}-note`;
      said.closest(".field").querySelector("label").htmlFor = said.id;
      said.addEventListener("change", () => { of(item).note = said.value.trim(); keep(); });
      const done = part.querySelector("[data-item-fixed]");
      done.checked = Boolean(fixed);
      done.addEventListener("change", () => { of(item).fixed = done.checked; keep(); });
      const file = part.querySelector("input[type=file]");
      file.id = `${labelled}-photo`;
      part.querySelector("[data-take]").htmlFor = file.id;
      file.setAttribute("aria-label", item.name);
      file.addEventListener("change", async () => {
        const [photo] = file.files;
        if (photo) await take(item, part, photo);
        file.value = "";
      });
      parts.set(item.key, part);
      pictures(item, part);
      show(item, part);
      return part;
    }
    root.replaceChildren(...items.map(draw));

    // --- 全部正常 only after each item was shown -----------------------------------------------------------------------------------------
    function saw(key) {
      if (seen.has(key)) return;
      seen.add(key);
      if (seen.size === items.length) for (const one of told) one();
    }
    let watcher = null;
    if (window.IntersectionObserver) {
      watcher = new IntersectionObserver((entries) => {
        for (const entry of entries) if (entry.isIntersecting) saw(entry.target.closest("[data-item]").dataset.item);
      }, { threshold: 1 });
      for (const part of parts.values()) watcher.observe(part.querySelector("legend"));
    } else items.forEach((item) => saw(item.key)); // a browser so old: the button stands below them all
    function allFine() {
      for (const item of items) {
        if (of(item).value) continue; // what was said stays said
        if (item.type === "ok") choose(item, parts.get(item.key), "ok");
        if (item.type === "choice" && (item.passes || []).length === 1) choose(item, parts.get(item.key), item.passes[0]);
      }
      return keep();
    }
    // The first thing that is still to be done, as words beside it; false when all is there.
    function wanting() {
      for (const item of items) {
        const part = parts.get(item.key);
        const { value } = of(item);
        let text = "";
        if (!value && item.type !== "photo" && !item.optional) text = `${say.sayFill}${item.name}`;
        else if (value && !reads(item, value)) text = say.sayNumber;
        else if (failed(item, value) && !photosOf(item).length) text = `${say.sayPhoto}${item.name}`;
        complain(part, text);
        if (text) {
          part.scrollIntoView({ block: "center" });
          part.querySelector("input:not([type=file])")?.focus({ preventScroll: true });
          return true;
        }
      }
      return false;
    }
    function results() {
      const slots = new Map(draft.photos.map((photo, slot) => [photo, slot]));
      return items.filter((item) => of(item).value || photosOf(item).length).map((item) => {
        const { value, note, fixed } = of(item);
        const bad = failed(item, value);
        const photos = photosOf(item).map((photo) => slots.get(photo));
        return { item: item.key, value, ...(bad && note ? { note } : {}), ...(bad && fixed ? { fixed: true } : {}), ...(photos.length ? { photos } : {}) };
      });
    }
    return {
      allFine, wanting, results,
      anyBad: () => items.some((item) => failed(item, of(item).value)),
      whenSeen(call) { if (seen.size === items.length) call(); else told.push(call); },
      close() { watcher?.disconnect(); },
    };
  };
})(self);
