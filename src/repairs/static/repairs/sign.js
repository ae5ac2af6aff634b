// A place to sign with a finger: what is drawn goes into the form as a small PNG. Without it the name is typed.
(function () {
  "use strict";
  const INK = 5; // of 640 across: a pen, not a hair
  function prepare(form) {
    const pad = form.querySelector("[data-pad]");
    const canvas = pad && pad.querySelector("canvas");
    const brush = canvas && canvas.getContext && canvas.getContext("2d");
    if (!brush || pad.dataset.ready) return;
    const drawing = form.elements.drawing;
    const typed = form.elements.name;
    let last = null;
    let strokes = 0;
    pad.dataset.ready = "yes";
    pad.hidden = false;
    form.querySelector("[data-pad-typed]").hidden = false;
    function blank() {
      brush.fillStyle = "#ffffff";
      brush.fillRect(0, 0, canvas.width, canvas.height);
      brush.strokeStyle = "#111111";
      brush.fillStyle = "#111111";
      brush.lineWidth = INK;
      brush.lineCap = brush.lineJoin = "round";
      strokes = 0;
      drawing.value = "";
    }
    function at(event) {
      const box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
    }
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      last = at(event);
      brush.beginPath();
      brush.arc(last[0], last[1], INK / 2, 0, 2 * Math.PI);
      brush.fill();
      strokes += 1;
      form.dataset.typed = "yes";
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      const next = at(event);
      brush.beginPath();
      brush.moveTo(last[0], last[1]);
      brush.lineTo(next[0], next[1]);
      brush.stroke();
      last = next;
    });
    function lift() {
      if (!last) return;
      last = null;
      drawing.value = canvas.toDataURL("image/png");
    }
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
    pad.querySelector("[data-pad-clear]").addEventListener("click", () => { blank(); (typed || canvas).focus(); });
    const kept = drawing.value;
    blank();
    if (kept) { // refused for another reason: what was drawn stays
      const image = new Image();
      image.onload = () => { brush.drawImage(image, 0, 0); drawing.value = kept; };
      image.src = kept;
    }
  }
  const all = () => document.querySelectorAll("form[data-sign]").forEach(prepare);
  document.addEventListener("gongzhi:renewed", all);
  all();
})();
