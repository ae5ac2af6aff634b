// Reads a QR code with the camera into a field, where the browser can (ui/offline/scan.js); elsewhere the button stays hidden and one types.
(() => {
  "use strict";
  const button = document.querySelector("[data-scan-into]");
  const dialog = document.getElementById("scanner");
  if (!button || !dialog) return;
  const field = document.getElementById(button.dataset.scanInto);

  // A code is the text itself, or an address that ends in it.
  function text(raw) {
    try { return new URL(raw).searchParams.get("receipt") || ""; } catch { return raw.trim(); }
  }
  const scanner = Scanner(dialog, (raw) => {
    const found = text(raw);
    if (found) { field.value = found; setTimeout(() => field.focus()); }
    return Boolean(found);
  });
  scanner.able().then((able) => { button.hidden = !able; });
  button.addEventListener("click", scanner.open);
})();
