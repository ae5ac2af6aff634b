// Reads a QR code with the camera into a field, where the browser can; elsewhere the button stays hidden and one types.
(() => {
  "use strict";
  const button = document.querySelector("[data-scan-into]");
  const dialog = document.getElementById("scanner");
  if (!button || !dialog || !window.BarcodeDetector || !window.HTMLDialogElement || !navigator.mediaDevices?.getUserMedia) return;
  const field = document.getElementById(button.dataset.scanInto);
  const video = dialog.querySelector("video");
  const wrong = dialog.querySelector("[data-scan-wrong]");

  // A code is the text itself, or an address that ends in it.
  function text(raw) {
    try { return new URL(raw).searchParams.get("receipt") || ""; } catch { return raw.trim(); }
  }

  async function scan() {
    let stream = null;
    let timer = 0;
    wrong.hidden = true;
    dialog.showModal();
    dialog.addEventListener("close", () => {
      clearTimeout(timer);
      stream?.getTracks().forEach((track) => track.stop());
      video.srcObject = null;
    }, { once: true });
    try {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (!dialog.open) { stream.getTracks().forEach((track) => track.stop()); return; }
      video.srcObject = stream;
      await video.play();
      const look = async () => {
        const seen = await detector.detect(video).catch(() => []);
        if (!dialog.open) return;
        const found = seen.map((one) => text(one.rawValue)).find(Boolean);
        if (found) { dialog.close(); field.value = found; field.focus(); return; }
        timer = setTimeout(look, 250);
      };
      look();
    } catch { wrong.hidden = false; }
  }

  BarcodeDetector.getSupportedFormats().then((formats) => { button.hidden = !formats.includes("qr_code"); }).catch(() => {});
  button.addEventListener("click", scan);
})();
