// A television in a hall. It turns the pages of its notices, asks for new ones when it is told of a change (live.js) and every
// minute besides, and goes on showing what it has when nobody answers. It runs for weeks: one timer each for the clock, the
// turning and the asking, and nothing is kept of what was replaced. Its clock is the server's.

const root = document.getElementById("screen");
const stage = document.getElementById("stage");
const lost = document.getElementById("lost");
const count = document.getElementById("count");
const shownDay = document.getElementById("day");
const shownTime = document.getElementById("time");
const ASK_MS = 60000;
const PATIENCE_MS = 20000;
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const ZONE = 8 * HOUR;
const MARK = "X-Screen";
const SHORTEST = 10;
const LONGEST = 30;
const SIGNS_A_SECOND = 5;
const dayText = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "short" });
const timeText = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false });

let skew = Number(root.dataset.now) * SECOND - Date.now();
let slides = [];
let order = [];
let at = 0;
let page = 0;
let pages = 1;
let mark = ""; // the ETag of what is shown
let turnTimer = 0;
let askTimer = 0;
let clockTimer = 0;
let asking = false;
let again = false;
let answered = true;
let connected = true;
let rings = false;
let over = false;
let reloadAt = nightly();

function now() {
  return Date.now() + skew;
}

function say(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

// --- pages ----------------------------------------------------------------------------------------------------------------

// Urgent ones have the screen alone for a while; then each stands before every other notice.
function ordered() {
  const urgent = slides.filter((one) => "urgent" in one.dataset);
  const alone = urgent.filter((one) => Number(one.dataset.alone) * SECOND > now());
  if (alone.length) return alone;
  const rest = slides.filter((one) => !("urgent" in one.dataset));
  if (!urgent.length || !rest.length) return slides;
  return rest.flatMap((one, n) => [urgent[n % urgent.length], one]);
}

function measure(slide) {
  const pane = slide.querySelector("[data-window]");
  const flow = slide.querySelector("[data-flow]");
  if (slide.classList.contains("empty")) return;
  const width = pane.clientWidth;
  flow.style.setProperty("--window", `${pane.clientHeight}px`);
  flow.style.columnWidth = `${width}px`;
  const gap = parseFloat(getComputedStyle(flow).columnGap) || 0;
  pages = Math.max(1, Math.round((flow.scrollWidth + gap) / (width + gap)));
  page = Math.min(page, pages - 1);
  flow.style.transform = page ? `translateX(${-page * (width + gap)}px)` : "none";
}

function show() {
  const slide = order[at];
  for (const one of slides) one.hidden = one !== slide;
  const band = stage.querySelector("[data-band]");
  if (band) band.hidden = "urgent" in slide.dataset && stage.querySelectorAll("[data-urgent]").length === 1;
  pages = 1;
  measure(slide);
  say(slide.querySelector("[data-page]"), pages > 1 ? `${page + 1} / ${pages}` : "");
  const place = slides.indexOf(slide);
  say(count, slides.length > 1 ? count.dataset.words.replace("{n}", place + 1).replace("{all}", slides.length) : "");
  const signs = Number(slide.dataset.signs) / pages;
  clearTimeout(turnTimer);
  turnTimer = setTimeout(turn, Math.max(SHORTEST, Math.min(LONGEST, 5 + signs / SIGNS_A_SECOND)) * SECOND);
}

function turn() {
  if (page + 1 < pages) {
    page += 1;
  } else {
    page = 0;
    at += 1;
    if (at >= order.length) {
      order = ordered();
      at = 0;
    }
  }
  show();
}

// --- what is new ----------------------------------------------------------------------------------------------------------

function read() {
  const given = stage.querySelector("[data-settings]").dataset;
  document.body.className = given.orientation;
  say(document.getElementById("place"), given.place);
  rings = "sound" in given;
  slides = [...stage.querySelectorAll("[data-slide]")];
  order = ordered();
}

function take(text) {
  const before = order[at]?.dataset.ref;
  const known = new Set(slides.filter((one) => "urgent" in one.dataset).map((one) => one.dataset.ref));
  const made = document.createElement("template");
  made.innerHTML = text;
  stage.replaceChildren(made.content);
  read();
  const fresh = order.findIndex((one) => "urgent" in one.dataset && !known.has(one.dataset.ref));
  const same = order.findIndex((one) => one.dataset.ref === before);
  if (fresh >= 0) {
    at = fresh;
    page = 0;
    if (rings) ring();
  } else if (same >= 0) {
    at = same;
  } else {
    at = 0;
    page = 0;
  }
  show();
}

async function ask() {
  if (over) return;
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  clearTimeout(askTimer);
  try {
    const answer = await fetch(root.dataset.slidesUrl, {
      cache: "no-store",
      credentials: "omit",
      headers: mark ? { "If-None-Match": mark } : {},
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const said = answer.headers.get(MARK);
    if (said === "gone") {
      end();
      return;
    }
    answered = said !== null && (answer.ok || answer.status === 304);
    const moment = Date.parse(answer.headers.get("Date") || "");
    if (answered && moment) skew = moment - Date.now();
    if (answered && answer.status === 200) {
      mark = answer.headers.get("ETag") || "";
      take(await answer.text());
    }
    if (answered && said !== root.dataset.build) reloadAt = Math.min(reloadAt, now() + Math.random() * ASK_MS);
  } catch {
    answered = false;
  } finally {
    asking = false;
  }
  if (over) return;
  line();
  askTimer = setTimeout(ask, ASK_MS * (0.8 + Math.random() * 0.4));
  if (again) {
    again = false;
    ask();
  }
}

function end() {
  over = true;
  for (const timer of [turnTimer, askTimer]) clearTimeout(timer);
  clearInterval(clockTimer);
  slides = order = [];
  document.body.className = "gone";
  root.replaceWith(document.getElementById("gone").content);
}

// --- clock, connection, the night -------------------------------------------------------------------------------------------

function line() {
  lost.hidden = answered && connected;
}

// Loaded anew every night at some minute between three and five: not all screens of a town in the same.
function nightly() {
  const today = Math.floor((now() + ZONE) / DAY) * DAY - ZONE;
  const moment = today + 3 * HOUR + Math.random() * 2 * HOUR;
  return moment > now() + HOUR ? moment : moment + DAY;
}

function tick() {
  const moment = now();
  say(shownDay, dayText.format(moment));
  say(shownTime, timeText.format(moment));
  if (moment >= reloadAt) reload();
}

// Only when the server is there: a page that fails to load would leave the screen dark.
async function reload() {
  reloadAt = now() + HOUR / 6;
  try {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok && answer.headers.get(MARK)) location.reload();
  } catch {
    // Later.
  }
}

function ring() {
  try {
    const sound = new AudioContext();
    const last = [0, 0.5, 1].map((begin) => {
      const tone = sound.createOscillator();
      tone.frequency.value = 880;
      tone.connect(sound.destination);
      tone.start(sound.currentTime + begin);
      tone.stop(sound.currentTime + begin + 0.25);
      return tone;
    })[2];
    last.onended = () => sound.close();
  } catch {
    // A device without sound shows it all the same.
  }
}

function stayAwake() {
  if (document.hidden) return;
  navigator.wakeLock?.request("screen").catch(() => {});
}

root.addEventListener("live:changed", ask);
root.addEventListener("live:reset", (event) => {
  event.preventDefault();
  ask();
});
document.addEventListener("live:ended", ask);
document.addEventListener("gongzhi:connection", (event) => {
  const back = event.detail.up && !connected;
  connected = event.detail.up;
  line();
  if (back) ask();
});
document.addEventListener("visibilitychange", () => {
  stayAwake();
  if (!document.hidden) ask();
});
window.addEventListener("resize", () => order.length && show());

stayAwake();
read();
show();
tick();
clockTimer = setInterval(tick, SECOND);
askTimer = setTimeout(ask, ASK_MS * Math.random());
