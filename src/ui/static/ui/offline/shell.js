// What a service worker keeps so that a page opens without signal: its scripts and styles by name, and the page as it was last
// answered. The worker says which (templates/*/sw.js).
(function (scope) {
  "use strict";
  const PATIENCE = 6000;

  // A kept page says so (<html data-kept>): navigator.onLine may be true on a page that no network has answered for.
  async function marked(kept) {
    const headers = new Headers(kept.headers);
    for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
    const text = (await kept.text()).replace("<html ", "<html data-kept ");
    return new Response(text, { status: kept.status, statusText: kept.statusText, headers });
  }

  // shell: the cache's name without its version. pages: the cache of pages, which begins with "gongzhi-pages" (sign-out empties those).
  scope.OfflineShell = function ({ shell, version, assets, pages }) {
    const current = `${shell}${version}`;
    scope.addEventListener("install", (event) => {
      event.waitUntil(caches.open(current).then((cache) => cache.addAll(assets)).then(() => scope.skipWaiting()));
    });
    scope.addEventListener("activate", (event) => {
      event.waitUntil((async () => {
        for (const name of await caches.keys()) if (name.startsWith(shell) && name !== current) await caches.delete(name);
        await scope.clients.claim();
      })());
    });
    // The network first, and not for long; else the page as it was. ``forget``: who is sent elsewhere has no right to it any more.
    async function page(request, address, { forget = false } = {}) {
      const kept = await caches.open(pages);
      const slow = new AbortController();
      const timer = setTimeout(() => slow.abort(), PATIENCE);
      try {
        const answer = await fetch(request, { signal: slow.signal });
        if (answer.ok && !answer.redirected) await kept.put(address, answer.clone());
        else if (forget && (answer.redirected || answer.type === "opaqueredirect")) await kept.delete(address);
        return answer;
      } catch (error) {
        const found = await kept.match(address);
        if (found) return marked(found);
        throw error;
      } finally { clearTimeout(timer); }
    }
    // One whose name holds its hash is never asked for again.
    async function asset(request) {
      const kept = await (await caches.open(current)).match(request);
      if (kept && /\.[0-9a-f]{12}\./.test(request.url)) return kept;
      try { return await fetch(request); } catch (error) {
        if (kept) return kept;
        throw error;
      }
    }
    return { page, asset, has: (address) => assets.includes(address) };
  };
})(self);
