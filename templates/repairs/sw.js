{% load static %}// Opens the filing page without signal, and sends what waits when the signal is back. Keeps no other page.
importScripts("{% static 'repairs/drafts.js' %}");
const SHELL = "gongzhi-shell-{{ version }}";
const PAGES = "gongzhi-pages";
const ASSETS = [{% for asset in assets %}"{% static asset %}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const FILING = /^\/c\/[A-Za-z0-9_-]+\/repairs\/new\/$/;
const SPOT = /^(\/c\/[A-Za-z0-9_-]+\/)q\/([0-9A-Z]{1,8})\/$/;
const LOGOUT = "{{ logout }}";
const PATIENCE = 6000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(ASSETS)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("gongzhi-shell-") && name !== SHELL) await caches.delete(name);
    await self.clients.claim();
  })());
});
async function wipe() {
  await caches.delete(PAGES);
  await Drafts.wipe().catch(() => {});
}
// A kept page says so (<html data-kept>): navigator.onLine may be true on a page that no network has answered for.
async function marked(kept) {
  const headers = new Headers(kept.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  const text = (await kept.text()).replace("<html ", "<html data-kept ");
  return new Response(text, { status: kept.status, statusText: kept.statusText, headers });
}
async function filingPage(request, address) {
  const pages = await caches.open(PAGES);
  const slow = new AbortController();
  const timer = setTimeout(() => slow.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: slow.signal });
    if (answer.ok && !answer.redirected) await pages.put(address, answer.clone());
    return answer;
  } catch (error) {
    const kept = await pages.match(address);
    if (kept) return marked(kept);
    throw error;
  } finally { clearTimeout(timer); }
}
// Any other page without signal leads to the filing page, if this phone has it.
async function otherPage(request) {
  try { return await fetch(request); } catch (error) {
    const pages = await caches.open(PAGES);
    const read = new URL(request.url).pathname.match(SPOT);
    if (read && await pages.match(`${read[1]}repairs/new/`)) return Response.redirect(`${read[1]}repairs/new/?spot=${read[2]}`, 302);
    const kept = await pages.keys();
    if (kept.length) return Response.redirect(new URL(kept[0].url).pathname, 302);
    throw error;
  }
}
async function asset(request) {
  const cache = await caches.open(SHELL);
  const kept = await cache.match(request);
  if (kept && /\.[0-9a-f]{12}\./.test(request.url)) return kept;
  try { return await fetch(request); } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.method === "POST" && address.pathname === LOGOUT) { event.waitUntil(wipe()); return; }
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(FILING.test(address.pathname) ? filingPage(request, address.pathname) : otherPage(request));
  } else if (ASSETS.includes(address.pathname)) event.respondWith(asset(request));
});
self.addEventListener("sync", (event) => {
  if (event.tag !== "repairs-drafts") return;
  event.waitUntil((async () => {
    const outcome = await Drafts.flush("");
    for (const page of await self.clients.matchAll()) page.postMessage("drafts");
    if (outcome.waiting) throw new Error("later"); // the browser asks again
  })());
});
