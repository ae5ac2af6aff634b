// Keeps the parts of a page that are marked `data-live="<code>/<topic>" data-live-seq="N"` as they are on the server.
//
// Every event dispatches `live:<kind>` (detail: topic, seq, kind, at, payload) on the elements of its topic, each number once
// and in order. `data-live-refresh="<url>"` fetches that fragment anew instead of, or besides, listening; `data-live-swap` is
// htmx's swap (innerHTML by default), or `merge`: children by their ids, leaving alone what someone is busy with; `data-live-for="<id>"` renews the
// element of that id instead of the one that listens; `data-live-every="60"` fetches the fragment so often, in seconds. Without a WebSocket the same frames are polled. The quiet line 重新连接中 of the shell shows
// while there is neither. Addresses of socket and polling: `<body data-live-url data-live-poll>`, with the pass in them of a page
// that is open without a session. `live:ended` on the document says that session or pass are no longer good.

const settings = document.body.dataset;
const SOCKET_URL = new URL(settings.liveUrl || "/live/ws/", location.href);
SOCKET_URL.protocol = SOCKET_URL.protocol.replace("http", "ws");
const POLL_URL = new URL(settings.livePoll || "/live/catch-up/", location.href);
const PING_MS = 25000;
const PONG_MS = 8000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30000;
const POLL_MS = 8000;
const SOCKET_AGAIN_MS = 60000;
const FAILURES_UNTIL_POLLING = 3;
const QUIET_MS = 2000;
const REFRESH_SPREAD_MS = 400;
const OPEN = 1; // WebSocket.OPEN, where there may be no WebSocket
const SIGNED_OUT = 4401;
const FOREIGN = 4403;

const known = new Map(); // address -> last number
const refused = new Set();
const subscribed = new Set();
let socket = null;
let failures = 0; // sockets that closed before they said anything
let signedOut = 0;
let ended = false;
let retryTimer = 0;
let pollTimer = 0;
let pingTimer = 0;
let pongTimer = 0;
let lostTimer = 0;
let socketAgainAt = 0;

const spread = (ms) => ms * (0.5 + Math.random());

function elements(address) {
  return [...document.querySelectorAll("[data-live]")].filter((one) => !address || one.dataset.live === address);
}

// --- what the page wants ------------------------------------------------------------------------------------------------

function scan() {
  const wanted = new Set();
  for (const element of elements()) {
    const address = element.dataset.live;
    if (refused.has(address)) continue;
    wanted.add(address);
    if (!known.has(address)) known.set(address, Number(element.dataset.liveSeq || 0));
    else if (!subscribed.has(address)) known.set(address, Math.min(known.get(address), Number(element.dataset.liveSeq || 0)));
  }
  for (const address of [...known.keys()]) if (!wanted.has(address)) known.delete(address);
  if (socket?.readyState === OPEN) subscribe();
  else if (wanted.size && !socket && !retryTimer && !pollTimer) connect();
}

function subscribe() {
  const gone = [...subscribed].filter((address) => !known.has(address));
  const fresh = [...known].filter(([address]) => !subscribed.has(address));
  for (const address of gone) subscribed.delete(address);
  for (const [address] of fresh) subscribed.add(address);
  if (gone.length) say({ type: "unsubscribe", topics: gone });
  if (fresh.length) say({ type: "subscribe", topics: Object.fromEntries(fresh) });
}

// --- what comes in ------------------------------------------------------------------------------------------------------

function receive(frame) {
  const address = frame.topic;
  if (!known.has(address)) return;
  if (frame.type === "reset") {
    known.set(address, frame.seq);
    for (const element of elements(address)) {
      element.dataset.liveSeq = frame.seq;
      const unhandled = element.dispatchEvent(new CustomEvent("live:reset", { bubbles: true, cancelable: true }));
      if (partOf(element).dataset.liveRefresh) refresh(partOf(element));
      else if (unhandled && !isTyping(document)) location.reload();
    }
    return;
  }
  for (const event of frame.events) {
    if (event.seq <= known.get(address)) continue;
    known.set(address, event.seq);
    for (const element of elements(address)) {
      if (event.seq <= Number(element.dataset.liveSeq || 0)) continue;
      element.dataset.liveSeq = event.seq;
      // A listener that has done it all with what the event says prevents the fetch; not while one is under way (busy).
      const detail = { topic: address, ...event, busy: refreshing.has(partOf(element)) };
      const kept = element.dispatchEvent(new CustomEvent(`live:${event.kind}`, { bubbles: true, cancelable: true, detail }));
      if (kept && partOf(element).dataset.liveRefresh) refresh(partOf(element));
    }
  }
  known.set(address, Math.max(known.get(address), frame.seq));
}

// What listens to several topics has an element for each of them, which names it.
function partOf(element) {
  return document.getElementById(element.dataset.liveFor) || element;
}

// --- fragments: one fetch for many events, not all phones in the same moment, never over what someone is typing -----------

const refreshing = new WeakMap(); // element -> "planned" | "under way" | "again"

function refresh(element) {
  const state = refreshing.get(element);
  if (state === "planned" || state === "again") return;
  if (state === "under way") {
    refreshing.set(element, "again");
    return;
  }
  refreshing.set(element, "planned");
  setTimeout(() => fetchFragment(element), Math.random() * REFRESH_SPREAD_MS);
}

async function fetchFragment(element) {
  if (!element.isConnected) return;
  const swap = element.dataset.liveSwap || "innerHTML";
  if (document.hidden || (swap !== "merge" && isTyping(element))) {
    setTimeout(() => fetchFragment(element), document.hidden ? 5000 : 1500);
    return;
  }
  refreshing.set(element, "under way");
  const url = element.dataset.liveRefresh;
  let failed = false;
  try {
    if (window.htmx && swap !== "merge") {
      const refusal = (event) => {
        failed = event.detail.xhr.status >= 500;
      };
      element.addEventListener("htmx:responseError", refusal);
      await window.htmx.ajax("GET", url, { source: element, target: element, swap });
      element.removeEventListener("htmx:responseError", refusal);
    } else {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (answer.ok && !answer.redirected) {
        const text = await answer.text();
        if (swap === "merge") mergeText(element, text);
        else element.innerHTML = text;
      }
      else failed = answer.status >= 500;
    }
  } catch {
    failed = true;
  }
  const again = refreshing.get(element) === "again";
  refreshing.delete(element);
  if (again || failed) setTimeout(() => refresh(element), failed ? spread(5000) : 0);
}

for (const element of document.querySelectorAll("[data-live-every]")) {
  setInterval(() => refresh(element), Number(element.dataset.liveEvery) * 1000);
}

function isTyping(within) {
  return [...within.querySelectorAll("input, textarea, select")].some(
    (field) =>
      field === document.activeElement
        ? field.type !== "checkbox" && field.type !== "radio" && field.type !== "submit"
        : field.type === "text" || field.type === "search" || field.tagName === "TEXTAREA"
          ? field.value !== field.defaultValue
          : false,
  );
}

// --- merging: a list of forms renews itself around the one in which somebody writes ---------------------------------------

function mergeText(element, text) {
  const fresh = [];
  merge(element, new DOMParser().parseFromString(text, "text/html").body, fresh);
  for (const part of fresh) {
    window.htmx?.process(part);
    part.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true })); // drafts come back into new forms
  }
  scan();
}

function merge(into, from, fresh) {
  const seen = new Set();
  let last = null;
  for (const part of [...from.children]) {
    const mine = part.id && [...into.children].find((one) => one.id === part.id);
    if (mine && isBusy(mine)) {
      if ([...part.children].every((one) => one.id)) merge(mine, part, fresh);
      last = mine;
    } else {
      if (mine) mine.replaceWith(part);
      else if (last) last.after(part);
      else into.prepend(part);
      fresh.push(part);
      last = part;
    }
    seen.add(last);
  }
  for (const part of [...into.children]) {
    if (seen.has(part)) continue;
    if (!isBusy(part)) part.remove();
    else for (const word of part.querySelectorAll("[data-gone]")) word.hidden = false;
  }
}

function isBusy(part) {
  const form = document.activeElement?.closest("form");
  return Boolean(form && part.contains(form)) || isTyping(part) || part.querySelector("form[data-typed], form[data-sending], [aria-invalid]") !== null;
}

// --- the socket ---------------------------------------------------------------------------------------------------------

function connect() {
  clearTimeout(retryTimer);
  retryTimer = 0;
  if (ended || socket || !known.size) return;
  if (!("WebSocket" in window)) {
    poll();
    return;
  }
  let heard = false;
  let mine;
  try {
    mine = socket = new WebSocket(SOCKET_URL);
  } catch {
    failures = FAILURES_UNTIL_POLLING;
    poll();
    return;
  }
  const opening = setTimeout(() => mine.close(), PONG_MS);
  mine.onopen = () => {
    clearTimeout(opening);
    subscribed.clear();
    subscribe();
    expectPong();
  };
  mine.onmessage = (message) => {
    heard = true;
    failures = signedOut = 0;
    up();
    const frame = JSON.parse(message.data);
    if (frame.type !== "pong") receive(frame);
  };
  mine.onclose = (event) => {
    clearTimeout(opening);
    if (socket !== mine) return;
    socket = null;
    subscribed.clear();
    clearTimeout(pingTimer);
    clearTimeout(pongTimer);
    if (!heard) failures += 1;
    closed(event);
  };
}

function closed(event) {
  if (event.code === FOREIGN && known.has(event.reason)) {
    refused.add(event.reason);
    known.delete(event.reason);
    connect();
    return;
  }
  if (event.code === SIGNED_OUT) {
    signedOut += 1;
    if (signedOut > 1) {
      end();
      return;
    }
  }
  lost();
  if (failures >= FAILURES_UNTIL_POLLING) poll();
  else later();
}

function later() {
  if (retryTimer || ended) return;
  retryTimer = setTimeout(connect, spread(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures)));
}

function say(frame) {
  socket.send(JSON.stringify(frame));
}

function ping() {
  if (socket?.readyState !== OPEN) return;
  say({ type: "ping" });
  expectPong();
}

function expectPong() {
  clearTimeout(pongTimer);
  const asked = socket;
  pongTimer = setTimeout(() => drop(asked), PONG_MS);
}

function drop(dead) {
  // A connection that died with the signal may take minutes to close by itself: do not wait for it.
  if (socket !== dead || !dead) return;
  dead.onclose = dead.onmessage = dead.onopen = null;
  dead.close();
  socket = null;
  subscribed.clear();
  clearTimeout(pingTimer);
  clearTimeout(pongTimer);
  lost();
  later();
}

// --- polling ------------------------------------------------------------------------------------------------------------

async function poll() {
  clearTimeout(pollTimer);
  pollTimer = 0;
  if (ended || !known.size) return;
  if (!socketAgainAt) socketAgainAt = Date.now() + SOCKET_AGAIN_MS;
  if ("WebSocket" in window && Date.now() > socketAgainAt) {
    socketAgainAt = 0;
    failures = FAILURES_UNTIL_POLLING - 1; // one try: if it fails, polling goes on
    connect();
    return;
  }
  const asked = new URL(POLL_URL);
  for (const [address, seq] of known) {
    asked.searchParams.append("topic", address);
    asked.searchParams.append("after", seq);
  }
  try {
    const answer = await fetch(asked, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (answer.status === 401) {
      end();
      return;
    }
    const body = await answer.json();
    if (answer.status === 404 && known.has(body.topic)) {
      refused.add(body.topic);
      known.delete(body.topic);
    } else if (answer.ok) {
      up();
      body.frames.forEach(receive);
    } else {
      lost();
    }
  } catch {
    lost();
  }
  pollTimer = setTimeout(poll, spread(POLL_MS));
}

// --- the quiet line -----------------------------------------------------------------------------------------------------

function show(isUp) {
  document.dispatchEvent(new CustomEvent("gongzhi:connection", { detail: { up: isUp } })); // ui.js shows and hides the line
}

function up() {
  clearTimeout(lostTimer);
  lostTimer = 0;
  show(true);
  clearTimeout(pongTimer);
  if (socket) {
    clearTimeout(pingTimer);
    pingTimer = setTimeout(ping, PING_MS);
  }
}

function lost() {
  if (!lostTimer) lostTimer = setTimeout(() => show(false), QUIET_MS);
}

function end() {
  // Signed out, or the post has ended: the next tap says so properly.
  ended = true;
  clearTimeout(retryTimer);
  clearTimeout(pollTimer);
  clearTimeout(lostTimer);
  show(true);
  document.dispatchEvent(new CustomEvent("live:ended"));
}

// --- sleep, wake, and parts that come and go ------------------------------------------------------------------------------

function wake() {
  if (document.hidden) return;
  if (ended) {
    ended = false;
    signedOut = 0;
  }
  if (socket?.readyState === OPEN) {
    ping();
  } else if (pollTimer) {
    poll();
  } else if (!socket) {
    failures = 0;
    connect();
  }
}

document.addEventListener("visibilitychange", wake);
window.addEventListener("online", wake);
window.addEventListener("pageshow", (event) => event.persisted && wake());
window.addEventListener("pagehide", () => socket?.close());
document.body.addEventListener("htmx:afterSettle", scan);
scan();
