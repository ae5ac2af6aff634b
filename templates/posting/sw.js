{% load static %}// Opens the list of papers to put up without signal. What was done is sent by the page itself (posting/queue.js).
const SHELL = "gongzhi-posting-shell-{{ version }}";
const PAGES = "gongzhi-pages-posting";
const ASSETS = [{% for asset in assets %}"{% static asset %}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const WALK = /^\/c\/[A-Za-z0-9_-]+\/posting\/walk\/$/;
const LABEL = /^(\/c\/[A-Za-z0-9_-]+\/posting\/)p\/([0-9A-Za-z]{7})\/$/;
const PATIENCE = 6000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(ASSETS)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("gongzhi-posting-shell-") && name !== SHELL) await caches.delete(name);
    await self.clients.claim();
  })());
});
// A kept page says so (<html data-kept>): navigator.onLine may be true on a page that no network has answered for.
async function marked(kept) {
  const headers = new Headers(kept.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  const text = (await kept.text()).replace("<html ", "<html data-kept ");
  return new Response(text, { status: kept.status, statusText: kept.statusText, headers });
}
async function walk(request, path) {
  const pages = await caches.open(PAGES);
  const slow = new AbortController();
  const timer = setTimeout(() => slow.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: slow.signal });
    if (answer.ok && !answer.redirected) await pages.put(path, answer.clone());
    else if (answer.redirected || answer.type === "opaqueredirect") await pages.delete(path); // signed out, or not in post any more
    return answer;
  } catch (error) {
    const kept = await pages.match(path);
    if (kept) return marked(kept);
    throw error;
  } finally { clearTimeout(timer); }
}
async function label(request, found) {
  try { return await fetch(request); } catch (error) {
    const list = `${found[1]}walk/`;
    if (await (await caches.open(PAGES)).match(list)) return Response.redirect(`${list}?label=${found[2]}`, 302);
    throw error;
  }
}
async function asset(request) {
  const kept = await (await caches.open(SHELL)).match(request);
  if (kept && /\.[0-9a-f]{12}\./.test(request.url)) return kept;
  try { return await fetch(request); } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin || request.method !== "GET") return;
  const read = LABEL.exec(address.pathname);
  if (request.mode === "navigate" && WALK.test(address.pathname)) event.respondWith(walk(request, address.pathname));
  else if (request.mode === "navigate" && read) event.respondWith(label(request, read));
  else if (ASSETS.includes(address.pathname)) event.respondWith(asset(request));
});
