// Adds to pages that work without it. No eval, no inline handlers. docs/ui.md lists the data attributes.

const DRAFT = "draft:";
const DRAFT_DAYS = 30;
const root = document.documentElement;
const person = document.body.dataset.person || "0";

// --- short messages -------------------------------------------------------------------------------------------------
function toast(text, tone) {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const line = document.createElement("p");
  line.className = `toast ${tone || ""}`;
  line.textContent = text;
  region.append(line);
  setTimeout(() => line.remove(), 6000);
}
document.addEventListener("toast", (event) => toast(event.detail.text || event.detail.value, event.detail.tone));

// --- drafts: what is typed is kept on this device, per person ---------------------------------------------------------
let leaving = false;
const draftKey = (name) => `${DRAFT}${person}:${name}`;

function store(action) {
  try { return action(window.localStorage); } catch { return null; } // private windows and full disks: no draft
}

function draftFields(form) {
  return [...form.elements].filter((el) => el.name && el.name !== "csrfmiddlewaretoken" && !("noDraft" in el.dataset)
    && !["hidden", "password", "file", "submit", "button", "reset"].includes(el.type));
}

function readDraft(form) {
  const kept = {};
  for (const el of draftFields(form)) {
    if (el.type === "radio" || el.type === "checkbox") {
      if (el.checked) (kept[el.name] ||= []).push(el.value);
    } else if (el.value) (kept[el.name] ||= []).push(el.value);
  }
  return kept;
}

function saveDraft(form) {
  if (leaving) return;
  const fields = readDraft(form);
  const key = draftKey(form.dataset.draft);
  store((s) => (Object.keys(fields).length ? s.setItem(key, JSON.stringify({ at: Date.now(), fields })) : s.removeItem(key)));
}

function restoreDraft(form) {
  const kept = store((s) => JSON.parse(s.getItem(draftKey(form.dataset.draft)) || "null"));
  if (!kept || Date.now() - kept.at > DRAFT_DAYS * 86400000) return;
  let filled = 0;
  const groups = new Map();
  for (const el of draftFields(form)) groups.set(el.name, [...(groups.get(el.name) || []), el]);
  for (const [name, elements] of groups) {
    const values = kept.fields[name];
    if (!values) continue;
    const boxes = elements.filter((el) => el.type === "radio" || el.type === "checkbox");
    if (boxes.length && !boxes.some((el) => el.checked)) {
      for (const el of boxes) if (values.includes(el.value)) { el.checked = true; filled += 1; }
    }
    elements.filter((el) => !boxes.includes(el)).forEach((el, i) => {
      const chosen = el.tagName === "SELECT" && [...el.options].some((option) => option.defaultSelected && option.value);
      if (values[i] !== undefined && (el.tagName === "SELECT" ? !chosen : !el.value) && el.value !== values[i]) { el.value = values[i]; filled += 1; }
    });
  }
  if (!filled) return;
  form.dispatchEvent(new CustomEvent("gongzhi:restored", { bubbles: true }));
  const template = document.getElementById("draft-template");
  if (template) {
    const notice = template.content.firstElementChild.cloneNode(true);
    notice.querySelector("[data-draft-drop]").addEventListener("click", () => {
      dropDraft(form.dataset.draft);
      form.reset();
      notice.remove();
    });
    form.prepend(notice);
  }
}

function dropDraft(name) {
  store((s) => s.removeItem(draftKey(name)));
}

function dropAllDrafts() {
  leaving = true; // what is still on the page is not to be kept again when it goes
  store((s) => Object.keys(s).filter((key) => key.startsWith(DRAFT)).forEach((key) => s.removeItem(key)));
}

function finishDone(scope) {
  for (const el of scope.querySelectorAll("[data-done]")) {
    for (const tag of el.dataset.done.split(/\s+/)) if (tag.startsWith(DRAFT)) dropDraft(tag.slice(DRAFT.length));
  }
}

let saving = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (!form) return;
  clearTimeout(saving);
  saving = setTimeout(() => saveDraft(form), 250);
});
window.addEventListener("pagehide", () => document.querySelectorAll("form[data-draft][data-typed]").forEach(saveDraft));
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form) form.dataset.typed = "yes";
}, true);

// --- asking first -----------------------------------------------------------------------------------------------------
function ask({ title, detail, yes }) {
  const template = document.getElementById("confirm-template");
  if (!template || !window.HTMLDialogElement) return Promise.resolve(window.confirm(title));
  const dialog = template.content.firstElementChild.cloneNode(true);
  dialog.querySelector('[data-part="title"]').textContent = title;
  const words = dialog.querySelector('[data-part="detail"]');
  if (detail) words.textContent = detail; else words.remove();
  if (yes) dialog.querySelector('[data-part="yes"]').textContent = yes;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    resolve(dialog.returnValue === "yes");
    dialog.remove();
  }));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const source = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!source.dataset.confirm || form.dataset.sure) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { confirm: title, confirmDetail: detail, confirmYes: yes } = source.dataset;
  const submitter = event.submitter;
  ask({ title, detail, yes }).then((sure) => {
    if (!sure) return;
    form.dataset.sure = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.sure;
  });
}, true);

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  ask({ title: event.detail.question }).then((sure) => sure && event.detail.issueRequest(true));
});

// --- a second tap sends nothing ---------------------------------------------------------------------------------------
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || "many" in form.dataset) return;
  if (form.dataset.sending) { event.preventDefault(); return; }
  if ("logout" in form.dataset) {
    dropAllDrafts();
    // What waits to be filed, and photos of what was not sent yet, even on pages that never opened them.
    for (const name of ["gongzhi-drafts", "gongzhi-evidence"]) window.indexedDB?.deleteDatabase(name);
    // Pages that were kept to be opened without signal.
    window.caches?.keys().then((names) => names.filter((name) => name.startsWith("gongzhi-pages")).forEach((name) => caches.delete(name))).catch(() => {});
    document.dispatchEvent(new CustomEvent("gongzhi:logout"));
  } else if (form.dataset.draft !== undefined) saveDraft(form);
  form.dataset.sending = "yes";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => form.querySelectorAll("button:not([type=button])").forEach((b) => { if (!b.disabled) { b.disabled = true; b.dataset.waiting = "yes"; } }));
});
function ready(form) {
  delete form.dataset.sending;
  form.removeAttribute("aria-busy");
  form.querySelectorAll("[data-waiting]").forEach((b) => { b.disabled = false; delete b.dataset.waiting; });
}
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(ready));
window.addEventListener("offline", () => document.querySelectorAll("form[data-sending]").forEach(ready));

// --- type size: in place when something is typed and not sent, else by the server ---------------------------------------
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("typeSwitch" in form.dataset) || !document.querySelector("form[data-typed]")) return;
  event.preventDefault();
  const button = event.submitter || form.querySelector("button");
  const data = new FormData(form);
  data.set("type", button.value);
  fetch(form.action, { method: "POST", body: data, redirect: "manual" });
  root.dataset.type = button.value;
  button.value = button.value === "large" ? "normal" : "large";
}, true);

// --- htmx ---------------------------------------------------------------------------------------------------------------
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-sending]");
  if (form) ready(form);
});
document.addEventListener("htmx:load", (event) => {
  finishDone(event.target);
  event.target.querySelectorAll?.("form[data-draft]").forEach(restoreDraft);
});

// --- dialogs, back --------------------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog-open]");
  if (opener) document.getElementById(opener.dataset.dialogOpen)?.showModal();
  if (event.target.closest?.("[data-dialog-close]")) event.target.closest("dialog")?.close();
  if (event.target.closest?.("[data-back]")) window.history.back();
});

// --- the line ---------------------------------------------------------------------------------------------------------------
const banner = document.getElementById("connection");
const REACH_MS = 10000;
let live = true;
let kept = "kept" in root.dataset; // a page out of the phone's own store: the browser may say "online" and be wrong
let reaching = 0;
function showLine() {
  if (banner) banner.dataset.state = navigator.onLine && !kept ? (live ? "up" : "lost") : "offline";
}
async function reach() {
  clearTimeout(reaching);
  if (!kept) return;
  try {
    await fetch(document.querySelector("link[rel=icon]").href, { method: "HEAD", cache: "no-store" });
    kept = false;
    delete root.dataset.kept;
    window.dispatchEvent(new Event("online")); // what the browser did not say: drafts leave, the live line comes back
  } catch { reaching = setTimeout(reach, REACH_MS); }
}
document.addEventListener("gongzhi:connection", (event) => { live = event.detail.up; showLine(); });
window.addEventListener("online", () => { showLine(); reach(); });
window.addEventListener("offline", showLine);

// --- the primary action stays just above the bottom bar, however high that is -------------------------------------------------
const foot = document.querySelector(".foot");
if (foot && window.ResizeObserver) {
  new ResizeObserver(() => root.style.setProperty("--foot", `${foot.offsetHeight}px`)).observe(foot);
} else if (!foot) root.style.setProperty("--foot", "0px");

// --- begin ------------------------------------------------------------------------------------------------------------------
finishDone(document);
if (!window.htmx) document.querySelectorAll("form[data-draft]").forEach(restoreDraft);
if (window.history.length > 1) document.querySelectorAll("[data-back]").forEach((el) => { el.hidden = false; });
showLine();
reach();
