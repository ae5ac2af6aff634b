// The board fills in by itself what an event tells of a notice that is for everyone: nobody asks the server then. What is told
// without its words (for some only), what is older, and a list that was searched or turned over is fetched as ever.
const NEW_MS = 120000;
const list = document.getElementById("notices");
const line = document.getElementById("newest");

function part(row, name) {
  return row.querySelector(`[data-part="${name}"]`);
}

function filled(told, before) {
  const made = document.querySelector(`template[data-row="${told.kind}"]`).content.firstElementChild.cloneNode(true);
  const link = made.querySelector("a");
  made.id = `notice-${told.ref}`;
  made.dataset.key = told.key;
  link.setAttribute("href", link.getAttribute("href").replace("REF", told.ref));
  part(made, "title").textContent = told.title;
  part(made, "speaker").textContent = told.speaker;
  if (before) part(made, "detail").replaceWith(part(before, "detail"));
  if (before && !part(before, "unread")) {
    part(made, "unread").remove();
    made.classList.remove("unread");
  }
  if (!told.pinned) part(made, "pinned").remove();
  if (told.edition < 2) part(made, "corrected").remove();
  const mark = part(made, "mark");
  for (const words of told.marks ? told.marks.split("\n") : []) {
    const one = mark.cloneNode(true);
    const at = words.indexOf(" ");
    one.firstElementChild.className = `badge ${words.slice(0, at)}`;
    one.firstElementChild.textContent = words.slice(at + 1);
    mark.before(one);
  }
  mark.remove();
  return made;
}

// Whether the list now is what the server would send.
function put(told) {
  const rows = list.querySelector("ul[data-plain]");
  if (!rows) return false;
  const before = document.getElementById(`notice-${told.ref}`);
  const total = Number(rows.dataset.total);
  const most = Number(rows.dataset.most);
  if (told.state !== "published") {
    if (!before || total > most || total === 1) return false;
    before.remove();
    rows.dataset.total = total - 1;
    return true;
  }
  if (told.title === undefined) return false;
  if (told.marks && !document.documentElement.lang.startsWith("zh")) return false;
  if (!before && (Date.now() - Date.parse(told.out) > NEW_MS || total % most === 0)) return false;
  // With further pages, one that moves down may belong to the next.
  if (before && total > most && told.key < before.dataset.key) return false;
  const made = filled(told, before);
  before?.remove();
  const next = [...rows.children].find((one) => one.dataset.key < told.key);
  if (next) next.before(made);
  else rows.append(made);
  if (!before) rows.dataset.total = total + 1;
  if (rows.children.length > most) rows.lastElementChild.remove();
  return true;
}

// The newest in one line: what is new takes its place; of another notice nothing is to be seen here.
function replaced(told) {
  const shown = line.querySelector("a");
  const blank = document.querySelector("template[data-line]");
  const fresh = told.state === "published" && told.title !== undefined && Date.now() - Date.parse(told.out) <= NEW_MS;
  if (shown && shown.dataset.ref !== told.ref && told.state !== "published") return true;
  if (shown && shown.dataset.ref !== told.ref && told.title !== undefined && !fresh) return true;
  if (!fresh || told.edition > 1 || !blank) return false;
  const made = blank.content.firstElementChild.cloneNode(true);
  made.dataset.ref = told.ref;
  made.setAttribute("href", made.getAttribute("href").replace("REF", told.ref));
  made.classList.replace("info", told.kind === "urgent" ? "bad" : "info");
  part(made, "title").textContent = told.title;
  line.replaceChildren(made);
  return true;
}

function hears(element, take) {
  element?.addEventListener("live:changed", (event) => {
    if (!event.detail.busy && take(event.detail.payload)) event.preventDefault();
  });
}

hears(list, put);
hears(line, replaced);
