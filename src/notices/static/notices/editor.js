// The editor: buttons that put marks into the text, and the preview that follows what is typed. Without it 预览 is a button.
const form = document.getElementById("notice-form");
const shown = document.getElementById("preview");
const bar = document.querySelector("[data-marks]");
const WAIT_MS = 500;

function typed(area, start, end, text, from, to) {
  area.focus();
  area.setRangeText(text, start, end, "end");
  area.setSelectionRange(from, to);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function wrap(area, mark) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const words = value.slice(start, end);
  typed(area, start, end, mark + words + mark, start + mark.length, end + mark.length);
}

function begin(area, mark) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const lines = value.slice(from, end).split("\n");
  const text = lines.map((line, n) => (mark === "1. " ? `${n + 1}. ` : mark) + line).join("\n");
  typed(area, from, end, text, from + text.length, from + text.length);
}

if (bar) {
  const area = document.getElementById(bar.dataset.marks);
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.wrap) wrap(area, button.dataset.wrap);
    if (button?.dataset.line) begin(area, button.dataset.line);
  });
}

// What only one kind of notice has is shown for that kind alone.
const kind = form?.elements.kind;

function fit() {
  for (const part of form.querySelectorAll("[data-for-kind]")) part.hidden = part.dataset.forKind !== kind.value;
}

if (kind) {
  kind.addEventListener("change", fit);
  fit();
}

let timer = 0;
let asked = 0;

async function renew() {
  const mine = ++asked;
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "title", "source", "kind"]) {
    if (form.elements[name]) body.append(name, form.elements[name].value);
  }
  for (const field of form.querySelectorAll("[name^='fill:']")) body.append(field.name, field.value);
  try {
    const answer = await fetch(shown.dataset.previewUrl, { method: "POST", body, credentials: "same-origin" });
    if (answer.ok && !answer.redirected && mine === asked) shown.innerHTML = await answer.text();
  } catch {
    // Without a connection the preview stays as it was.
  }
}

if (form && shown) {
  form.querySelector("[data-preview]")?.setAttribute("hidden", "");
  form.addEventListener("input", (event) => {
    if (!/^(title|source|kind|fill:.*)$/.test(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(renew, WAIT_MS);
  });
}
