// Photos of an objection are made small before they travel and are shown before they do; a page about an objection renews itself.
const form = document.querySelector("form[data-evidence]");
const input = form?.querySelector("input[type=file]");

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
  input.addEventListener("change", async () => {
    const files = [...input.files];
    const small = new DataTransfer();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    said.hidden = false;
    for (const [index, file] of files.entries()) {
      said.textContent = `${form.dataset.sayShrinking} ${index + 1}/${files.length}`;
      if (!file.type.startsWith("image/")) { small.items.add(file); continue; }
      const { bytes, type } = await window.SmallPhotos.shrink(file);
      small.items.add(new File([bytes], `photo-${index + 1}.jpg`, { type }));
    }
    input.files = small.files;
    said.hidden = true;
    picked.replaceChildren(...[...small.files].map((file, index) => {
      const item = document.createElement("li");
      if (!file.type.startsWith("image/")) { item.textContent = file.name; return item; }
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.onload = () => URL.revokeObjectURL(image.src);
      image.alt = `${form.dataset.sayPhoto} ${index + 1}`;
      item.append(image);
      return item;
    }));
    picked.hidden = !small.files.length;
    button.disabled = false;
  });
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
