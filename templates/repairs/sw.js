{% load static %}// Opens the filing page without signal, and sends what waits when the signal is back. Keeps no other page.
importScripts("{% static 'ui/offline/store.js' %}", "{% static 'ui/offline/shell.js' %}", "{% static 'repairs/drafts.js' %}");
const PAGES = "gongzhi-pages";
const ASSETS = [{% for asset in assets %}"{% static asset %}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const shell = OfflineShell({ shell: "gongzhi-shell-", version: "{{ version }}", assets: ASSETS, pages: PAGES });
const FILING = /^\/c\/[A-Za-z0-9_-]+\/repairs\/new\/$/;
const SPOT = /^(\/c\/[A-Za-z0-9_-]+\/)q\/([0-9A-Z]{1,8})\/$/;
const LOGOUT = "{{ logout }}";

async function wipe() {
  await caches.delete(PAGES);
  await Drafts.wipe().catch(() => {});
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
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.method === "POST" && address.pathname === LOGOUT) { event.waitUntil(wipe()); return; }
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(FILING.test(address.pathname) ? shell.page(request, address.pathname) : otherPage(request));
  } else if (shell.has(address.pathname)) event.respondWith(shell.asset(request));
});
self.addEventListener("sync", (event) => {
  if (event.tag !== "repairs-drafts") return;
  event.waitUntil((async () => {
    const outcome = await Drafts.flush("");
    for (const page of await self.clients.matchAll()) page.postMessage("drafts");
    if (outcome.waiting) throw new Error("later"); // the browser asks again
  })());
});
