{% load static %}// Opens the rounds of the day without signal. What was found is sent by the page itself (ui/offline/answers.js).
importScripts("{% static 'ui/offline/shell.js' %}");
const ASSETS = [{% for asset in assets %}"{% static asset %}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const shell = OfflineShell({ shell: "gongzhi-rounds-shell-", version: "{{ version }}", assets: ASSETS, pages: "gongzhi-pages-rounds" });
const WALK = /^\/c\/[A-Za-z0-9_-]+\/rounds\/walk\/$/;
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin || request.method !== "GET") return;
  if (request.mode === "navigate" && WALK.test(address.pathname)) event.respondWith(shell.page(request, address.pathname, { forget: true }));
  else if (shell.has(address.pathname)) event.respondWith(shell.asset(request));
});
