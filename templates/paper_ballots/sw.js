{% load static %}// Opens the homes of an entrance without signal. What was done is sent by the page itself (ui/offline/answers.js).
importScripts("{% static 'ui/offline/shell.js' %}");
const ASSETS = [{% for asset in assets %}"{% static asset %}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const shell = OfflineShell({ shell: "gongzhi-doors-shell-", version: "{{ version }}", assets: ASSETS, pages: "gongzhi-pages-doors" });
const DOORS = /^\/c\/[A-Za-z0-9_-]+\/polls\/[A-Za-z0-9_-]+\/paper\/doors\/([0-9]+\/)?$/;
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin || request.method !== "GET") return;
  if (request.mode === "navigate" && DOORS.test(address.pathname)) event.respondWith(shell.page(request, address.pathname, { forget: true }));
  else if (shell.has(address.pathname)) event.respondWith(shell.asset(request));
});
