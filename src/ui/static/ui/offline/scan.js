// Reads a code in a dialog: with the camera, or from a photo that the phone's own camera took; by the browser's own decoder where it
// has one, else by the one that the dialog names (data-decoder), fetched then. A plain script like its neighbours; alone it needs none of them.
// The dialog has a <video>, [data-scan-wrong], and if it likes [data-scan-torch] and input[type=file][data-scan-file].
(function (scope) {
  "use strict";
  const EVERY = 250; // milliseconds between two looks
  const LONG_SIDE = 1200;

  async function native() {
    if (!scope.BarcodeDetector) return null;
    try {
      const formats = await BarcodeDetector.getSupportedFormats();
      return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
    } catch { return null; }
  }
  // No script without need: only a browser that reads no codes by itself fetches one that does.
  let fetching = null;
  function brought(address) {
    fetching = fetching || (!address || scope.jsQR ? Promise.resolve() : new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = () => { fetching = null; resolve(); };
      document.head.append(script);
    }));
    return fetching;
  }
  // What this source (a video, a bitmap) shows, as texts.
  async function texts(detector, source) {
    if (detector) return (await detector.detect(source).catch(() => [])).map((one) => one.rawValue);
    const wide = source.videoWidth || source.width;
    const high = source.videoHeight || source.height;
    if (!wide || !scope.jsQR) return [];
    const scale = Math.min(1, LONG_SIDE / Math.max(wide, high));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(wide * scale);
    canvas.height = Math.round(high * scale);
    const brush = canvas.getContext("2d", { willReadFrequently: true });
    brush.drawImage(source, 0, 0, canvas.width, canvas.height);
    const seen = scope.jsQR(brush.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height);
    return seen ? [seen.data] : [];
  }

  // take(text) says whether it was a code that it wants. open() shows the dialog; able: whether there is any use in it.
  scope.Scanner = function (dialog, take) {
    const video = dialog.querySelector("video");
    const wrong = dialog.querySelector("[data-scan-wrong]");
    const torch = dialog.querySelector("[data-scan-torch]");
    const file = dialog.querySelector("input[data-scan-file]");
    const detecting = native().then(async (found) => {
      if (!found) await brought(dialog.dataset.decoder);
      return found;
    });
    async function able() {
      if (!scope.HTMLDialogElement || !navigator.mediaDevices?.getUserMedia) return false;
      return Boolean(await detecting || scope.jsQR);
    }
    async function open() {
      let stream = null;
      let timer = 0;
      wrong.hidden = true;
      if (torch) torch.hidden = true;
      dialog.showModal();
      dialog.addEventListener("close", () => {
        clearTimeout(timer);
        stream?.getTracks().forEach((track) => track.stop());
        video.srcObject = null;
      }, { once: true });
      try {
        const detector = await detecting;
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        if (!dialog.open) { stream.getTracks().forEach((track) => track.stop()); return; }
        video.srcObject = stream;
        await video.play();
        const [track] = stream.getVideoTracks();
        if (torch && track?.getCapabilities?.().torch) {
          torch.hidden = false;
          torch.setAttribute("aria-pressed", "false");
          torch.onclick = () => {
            const on = torch.getAttribute("aria-pressed") !== "true";
            track.applyConstraints({ advanced: [{ torch: on }] }).then(() => torch.setAttribute("aria-pressed", String(on))).catch(() => { torch.hidden = true; });
          };
        }
        const look = async () => {
          const seen = await texts(detector, video);
          if (!dialog.open) return;
          if (seen.some((one) => take(one))) { dialog.close(); return; }
          timer = setTimeout(look, EVERY);
        };
        look();
      } catch { wrong.hidden = false; }
    }
    file?.addEventListener("change", async () => {
      const [photo] = file.files;
      file.value = "";
      if (!photo) return;
      wrong.hidden = true;
      try {
        const seen = await texts(await detecting, await createImageBitmap(photo));
        if (seen.some((one) => take(one))) { dialog.close(); return; }
      } catch { /* no picture: nothing was read */ }
      wrong.hidden = false;
    });
    return { open, able };
  };

  // Labels that are touched: Web NFC, where the browser has it (Chrome on Android). take(text) as above; start() asks the person once,
  // from a tap, and then listens until stop(). No dialog: the phone is held to the label while the page stays as it is.
  scope.Touch = function (take) {
    let ends = null;
    async function start() {
      if (ends) return true;
      ends = new AbortController();
      try {
        const reader = new NDEFReader();
        reader.addEventListener("reading", ({ message }) => {
          for (const record of message.records) {
            if (!["url", "absolute-url", "text"].includes(record.recordType) || !record.data) continue;
            if (take(new TextDecoder(record.encoding || "utf-8").decode(record.data))) return;
          }
          take("");
        }, { signal: ends.signal });
        await reader.scan({ signal: ends.signal });
        return true;
      } catch { stop(); return false; }
    }
    function stop() { ends?.abort(); ends = null; }
    return { able: "NDEFReader" in scope, start, stop, get on() { return Boolean(ends); } };
  };
})(self);
