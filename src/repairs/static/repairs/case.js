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
          part.querySelector("[data-moved]").hidden = box.dataset.state === fresh.dataset.state;
          continue;
        }
        part.replaceChildren(...next.childNodes);
        if (window.htmx) window.htmx.process(part);
      }
      box.dataset.state = fresh.dataset.state;
    } finally {
      renewing = false;
      if (again) { again = false; renew(); }
    }
  }
  box.addEventListener("live:changed", renew);
  box.addEventListener("live:reset", (event) => { event.preventDefault(); renew(); });
})();
