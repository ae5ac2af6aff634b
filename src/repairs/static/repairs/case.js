// The page of a request renews itself when the request changes; a form in which something is typed is left alone.
(function () {
  "use strict";
  const box = document.getElementById("case");
  if (!box || !window.fetch) return;
  let renewing = false;
  let again = false;
  async function renew() {
    if (renewing) { again = true; return; }
    renewing = true;
    try {
      const answer = await fetch(box.dataset.case, { credentials: "same-origin", cache: "no-store" });
      if (answer.redirected || answer.status === 404) { window.location.reload(); return; }
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("case");
      if (!fresh) return;
      for (const part of box.querySelectorAll("[data-renew]")) {
        const next = fresh.querySelector(`[data-renew="${part.dataset.renew}"]`);
        if (!next) continue;
        const typed = "keepTyped" in part.dataset && part.querySelector("form[data-typed], form[data-sending]");
        if (typed) {
          const moved = part.querySelector("[data-moved]");
          if (moved) moved.hidden = box.dataset.state === fresh.dataset.state;
          continue;
        }
        part.replaceChildren(...next.childNodes);
        if (window.htmx) window.htmx.process(part);
      }
      enhance();
      document.dispatchEvent(new CustomEvent("gongzhi:renewed"));
      box.dataset.state = fresh.dataset.state;
    } finally {
      renewing = false;
      if (again) { again = false; renew(); }
    }
  }
  // A worker's photos: a button for the camera, made small before they are sent, shown before they are.
  function enhance() {
    if (!window.SmallPhotos || !window.DataTransfer) return;
    document.documentElement.classList.add("scripted");
    for (const input of box.querySelectorAll("input[type=file]:not(.chooser)")) {
      input.classList.add("chooser");
      const field = input.closest(".field");
      field.classList.add("photos-field");
      const take = document.createElement("label");
      take.className = "button secondary take";
      take.htmlFor = input.id;
      take.textContent = box.dataset.sayTake;
      const picked = document.createElement("ul");
      picked.className = "picked";
      picked.hidden = true;
      input.before(picked, take);
      input.addEventListener("change", () => shrinkAll(input, picked, take));
    }
  }
  async function shrinkAll(input, picked, take) {
    const button = input.form.querySelector("button[type=submit]");
    const files = [...input.files];
    const small = new DataTransfer();
    button.disabled = true;
    for (const [index, file] of files.entries()) {
      take.textContent = `${box.dataset.sayShrinking} ${index + 1}/${files.length}`;
      const { bytes, type } = await SmallPhotos.shrink(file);
      small.items.add(new File([bytes], `photo-${index + 1}.jpg`, { type }));
    }
    input.files = small.files;
    picked.replaceChildren(...[...small.files].map((file, index) => {
      const item = document.createElement("li");
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.onload = () => URL.revokeObjectURL(image.src);
      image.alt = `${box.dataset.sayPhoto} ${index + 1}`;
      item.append(image);
      return item;
    }));
    picked.hidden = !files.length;
    take.textContent = box.dataset.sayTake;
    button.disabled = false;
  }
  enhance();
  box.addEventListener("live:changed", renew);
  box.addEventListener("live:reset", (event) => { event.preventDefault(); renew(); });
})();
