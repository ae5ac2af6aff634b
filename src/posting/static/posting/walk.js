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
  const scanner = document.getElementById("walk-scanner");
  const scanButton = document.getElementById("walk-scan");
  const LABEL = /(?:\/posting\/p\/|^)([0-9A-Za-z]{7})\/?$/;
  async function scan() {
    const video = scanner.querySelector("video");
    const wrong = scanner.querySelector("[data-scan-wrong]");
    let stream = null;
    let timer = 0;
    wrong.hidden = true;
    scanner.showModal();
    scanner.addEventListener("close", () => {
      clearTimeout(timer);
      stream?.getTracks().forEach((track) => track.stop());
      video.srcObject = null;
    }, { once: true });
    try {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (!scanner.open) { stream.getTracks().forEach((track) => track.stop()); return; }
      video.srcObject = stream;
      await video.play();
      const look = async () => {
        const found = await detector.detect(video).catch(() => []);
        if (!scanner.open) return;
        const code = found.map((one) => LABEL.exec(one.rawValue.split("?")[0])?.[1]).find(Boolean);
        if (code) { scanner.close(); read(code); return; }
        timer = setTimeout(look, 250);
      };
      look();
    } catch { wrong.hidden = false; }
  }
  if (scanButton && window.BarcodeDetector && navigator.mediaDevices?.getUserMedia && window.HTMLDialogElement) {
    BarcodeDetector.getSupportedFormats().then((formats) => {
      scanButton.hidden = !formats.includes("qr_code");
    }).catch(() => {});
    scanButton.addEventListener("click", scan);
  }
  document.getElementById("walk-code")?.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (scanner?.open) scanner.close();
    read(event.target.elements.label.value.replace(/[\s-]/g, ""));
  });
  read(new URLSearchParams(location.search).get("label"));
})();
