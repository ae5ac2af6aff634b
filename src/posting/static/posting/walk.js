// The list of papers to put up: what an answer at a wall is, and the codes at points. The rest is ui/offline/walk.js.
(function () {
  "use strict";
  const walk = document.getElementById("walk");
  const can = walk && window.PostingQueue && window.SmallPhotos && window.fetch && window.crypto && crypto.subtle && window.indexedDB;
  if (!can) return; // the forms are sent as they are
  const say = walk.dataset;
  Offline.walk(walk, {
    queue: PostingQueue, cache: "gongzhi-pages-posting", file: "posting",
    read(form, photo, task) {
      const result = form.elements.result.value;
      if (!result) return { wrong: say.sayResult };
      if (!photo) return { wrong: say.sayPhoto };
      return { body: { task: Number(task.task), result, note: form.elements.note.value.trim(), label: form.elements.label.value } };
    },
  });

  // --- the code that was read ---------------------------------------------------------------------------------------------
  function read(code) {
    if (!/^[0-9A-Za-z]{7}$/.test(code || "")) return;
    const point = walk.querySelector(`[data-label="${code.toUpperCase()}"]`);
    const none = document.getElementById("walk-nothing");
    if (!point) { if (none) none.hidden = false; return; }
    if (none) none.hidden = true;
    for (const field of point.querySelectorAll("[name=label]")) field.value = code.toUpperCase();
    const first = point.querySelector("details:not([data-kept])") || point.querySelector("details");
    if (first) first.open = true;
    point.scrollIntoView({ block: "start" });
  }

  // --- the scanner: where the browser reads codes by itself; else the code is typed, or read by the phone's own camera ---------
  const dialog = document.getElementById("walk-scanner");
  const scanButton = document.getElementById("walk-scan");
  const LABEL = /(?:\/posting\/p\/|^)([0-9A-Za-z]{7})\/?$/;
  if (scanButton && dialog) {
    const scanner = Scanner(dialog, (text) => {
      const code = LABEL.exec(text.split("?")[0])?.[1];
      if (code) read(code);
      return Boolean(code);
    });
    scanner.able().then((able) => { scanButton.hidden = !able; });
    scanButton.addEventListener("click", scanner.open);
  }
  document.getElementById("walk-code")?.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (dialog?.open) dialog.close();
    read(event.target.elements.label.value.replace(/[\s-]/g, ""));
  });
  read(new URLSearchParams(location.search).get("label"));
})();
