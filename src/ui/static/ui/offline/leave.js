// Before somebody signs out, what their work still waits to send is sent (docs/decisions/offline.md). What could not be sent stays on the phone:
// it is proof of work, and its person is told how much. After ui/offline/store.js and answers.js, on the page with form[data-logout].
(function () {
  "use strict";
  const form = document.querySelector("form[data-logout]");
  const dialog = document.getElementById("leave");
  if (!form || !dialog || !window.Offline || !window.indexedDB || !window.HTMLDialogElement) return;
  const QUEUES = ["gongzhi-posting", "gongzhi-rounds", "gongzhi-doors"];
  const DAY = "gongzhi-rounds-day"; // what was taken along, and what is half looked at
  const { person } = document.body.dataset;
  const status = form.querySelector("[data-sending]");

  // Only what is there: opening a database makes it.
  async function there() {
    if (!indexedDB.databases) return [...QUEUES, DAY];
    const names = (await indexedDB.databases()).map((one) => one.name);
    return [...QUEUES, DAY].filter((name) => names.includes(name));
  }
  // How many are left. Asked again, it tries again.
  async function send(names) {
    const state = { token: form.elements.csrfmiddlewaretoken?.value || "", page: location.pathname };
    let left = 0;
    for (const name of names) {
      if (name === DAY) continue;
      const queue = Offline.answers(name, "answers");
      const waiting = (await queue.mine(person)).length;
      if (!waiting) continue;
      status.textContent = form.dataset.saySending.replace("{n}", waiting);
      status.hidden = false;
      if (navigator.onLine) await queue.flush(person, state);
      left += (await queue.mine(person)).length;
    }
    status.hidden = true;
    return left;
  }
  // What the server has by now is forgotten here; what is half looked at stays.
  async function forget() {
    const kept = Offline.store(DAY, "kept");
    for (const row of await kept.all()) if (row.id.includes(`|${person}|`) && !row.id.startsWith("draft|")) await kept.remove(row.id);
  }
  document.addEventListener("submit", async (event) => {
    if (event.target !== form || form.dataset.left) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    try {
      const names = await there();
      const left = await send(names);
      if (left) {
        dialog.querySelector("[data-words]").textContent = form.dataset.sayLeft.replace("{n}", left);
        dialog.returnValue = "";
        dialog.showModal();
        await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
        if (dialog.returnValue !== "leave") return;
      } else if (names.includes(DAY)) await forget();
    } catch { /* a phone that keeps nothing has nothing to send */ }
    form.dataset.left = "yes";
    form.requestSubmit();
  }, true);
})();
