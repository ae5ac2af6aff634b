// Photos of an objection are made small before they travel and are shown before they do; a page about an objection renews itself.
const form = document.querySelector("form[data-evidence]");
const input = form?.querySelector("input[type=file]");

// What was chosen is kept on the phone until it is sent: a refusal, a session that ended or a closed page loses no photo. A file
// field cannot be filled by a server, so a page that was refused comes back without them.
const kept = window.Offline?.store("gongzhi-evidence", "forms");
const keptId = (draft) => `${document.body.dataset.person}:${draft}`;
const KEPT_MS = 30 * 86400000;
const DONE = "draft:";
for (const done of document.querySelectorAll("[data-done]")) {
  for (const tag of done.dataset.done.split(/\s+/)) if (tag.startsWith(DONE)) kept?.remove(keptId(tag.slice(DONE.length))).catch(() => {});
}

if (input && window.SmallPhotos && window.DataTransfer) {
  document.documentElement.classList.add("scripted");
  const picked = document.createElement("ul");
  picked.className = "objection-picked";
  picked.hidden = true;
  const said = document.createElement("p");
  said.className = "hint";
  said.setAttribute("role", "status");
  said.hidden = true;
  input.closest(".field").append(said, picked);
  const id = keptId(form.dataset.draft);
  const say = (words) => {
    said.textContent = words;
    said.hidden = !words;
  };
  const show = (files) => {
    const chosen = new DataTransfer();
    for (const file of files) chosen.items.add(file);
    input.files = chosen.files;
    picked.replaceChildren(...files.map((file, index) => {
      const item = document.createElement("li");
      if (!file.type.startsWith("image/")) { item.textContent = file.name; return item; }
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.onload = () => URL.revokeObjectURL(image.src);
      image.alt = `${form.dataset.sayPhoto} ${index + 1}`;
      item.append(image);
      return item;
    }));
    picked.hidden = !files.length;
  };
  const keep = async (files) => {
    try {
      if (!files.length) { await kept.remove(id); return; }
      const rows = await Promise.all(files.map(async (file) => ({ name: file.name, type: file.type, bytes: await file.arrayBuffer() })));
      await kept.put({ id, at: Date.now(), files: rows });
    } catch { /* no room on this phone: they go with the page */ }
  };
  input.addEventListener("change", async () => {
    const files = [...input.files];
    const small = [];
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    for (const [index, file] of files.entries()) {
      say(`${form.dataset.sayShrinking} ${index + 1}/${files.length}`);
      if (!file.type.startsWith("image/")) { small.push(file); continue; }
      const { bytes, type } = await window.SmallPhotos.shrink(file);
      small.push(new File([bytes], `photo-${index + 1}.jpg`, { type }));
    }
    show(small);
    await keep(small);
    say("");
    button.disabled = false;
  });
  form.addEventListener("reset", () => {
    show([]);
    say("");
    keep([]);
  });
  kept?.get(id).then((row) => {
    if (!row || Date.now() - row.at > KEPT_MS || input.files.length) return;
    show(row.files.map((one) => new File([one.bytes], one.name, { type: one.type })));
    say(form.dataset.sayKept);
  }).catch(() => {});
}

// Names and numbers are covered by selecting them: sign by sign, so that everyone sees how much is covered.
const covers = document.querySelector("[data-covers]");
if (covers) {
  const fields = [...covers.querySelectorAll("textarea[data-cover]")];
  let last = fields.at(-1);
  for (const field of fields) field.addEventListener("focus", () => { last = field; });
  covers.querySelector("[data-cover-actions]").hidden = false;
  covers.querySelector("[data-cover-hint]").hidden = false;
  // The keyboard of a phone stays as it is, and so does what is selected.
  for (const button of covers.querySelectorAll("button")) button.addEventListener("pointerdown", (event) => event.preventDefault());
  covers.querySelector("[data-cover-do]").addEventListener("click", () => {
    const { selectionStart: from, selectionEnd: to, value } = last;
    if (from === to) return;
    last.setRangeText(value.slice(from, to).replace(/[^\s]/gu, (sign) => "×".repeat(sign.length)), from, to, "end");
    last.dispatchEvent(new Event("input", { bubbles: true }));
  });
  covers.querySelector("[data-cover-undo]").addEventListener("click", () => {
    for (const field of fields) field.value = field.closest("[data-original]").dataset.original;
    last.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

const watch = document.getElementById("objection-watch");
watch?.addEventListener("live:changed", (event) => {
  const named = watch.dataset.notice;
  if (named && event.detail.payload?.ref !== named) return;
  if (document.querySelector("form[data-typed], textarea:focus, input:focus, dialog[open]")) return;
  setTimeout(() => location.reload(), Math.random() * 2000);
});
