{% load static %}// Opens the list of papers to put up without signal. What was done is sent by the page itself (ui/offline/answers.js).
importScripts("{% static 'ui/offline/shell.js' %}");
const PAGES = "gongzhi-pages-posting";
const ASSETS = [{% for asset in assets %}"{% static asset %}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const shell = OfflineShell({ shell: "gongzhi-posting-shell-", version: "{{ version }}", assets: ASSETS, pages: PAGES });
const WALK = /^\/c\/[A-Za-z0-9_-]+\/posting\/walk\/$/;
const LABEL = /^(\/c\/[A-Za-z0-9_-]+\/posting\/)p\/([0-9A-Za-z]{7})\/$/;

async function label(request, found) {
  try { return await fetch(request); } catch (error) {
    const list = `${found[1]}walk/`;
    if (await (await caches.open(PAGES)).match(list)) return Response.redirect(`${list}?label=${found[2]}`, 302);
    throw error;
  }
}
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin || request.method !== "GET") return;
  const read = LABEL.exec(address.pathname);
  if (request.mode === "navigate" && WALK.test(address.pathname)) event.respondWith(shell.page(request, address.pathname, { forget: true }));
  else if (request.mode === "navigate" && read) event.respondWith(label(request, read));
  else if (shell.has(address.pathname)) event.respondWith(shell.asset(request));
});
