// A list that is walked without signal: one form a task, its photo made small and kept on the phone, sent when there is signal.
// After documents/photos.js and ui/offline/{store,answers,box}.js. The page's own script says what an answer is:
// Offline.walk(root, {queue, cache, file, read}) with read(form, photo, task) -> {wrong: words} | {body: {…}}.
(function (scope) {
  "use strict";
  scope.Offline.walk = function (walk, { queue, cache, file, read }) {
    const say = walk.dataset;
    const { refresh } = Offline.box(walk, { queue, cache, file, mark });
    function mark(row, kind, text) {
      const found = walk.querySelector(`[data-task="${row.task}"]`);
      if (!found) return;
      found.dataset.kept = kind;
      const badge = found.querySelector("[data-state]");
      badge.textContent = text;
      badge.className = `badge ${kind === "sent" ? "good" : kind === "aside" ? "late" : "info"}`;
      badge.hidden = false;
      const form = found.querySelector("form");
      if (form) form.hidden = kind !== "aside";
      found.querySelector(".walk-kept").hidden = kind === "aside";
      found.querySelector(".walk-kept").textContent = kind === "sent" ? say.saySentOne : say.saySavedOne;
    }

    // --- one task -----------------------------------------------------------------------------------------------------------
    const chosen = new Map();
    function complain(form, text) {
      const line = form.querySelector("[data-wrong]");
      line.querySelector("span").textContent = text;
      line.hidden = !text;
      if (text) line.scrollIntoView({ block: "center" });
    }
    walk.addEventListener("change", async (event) => {
      const input = event.target;
      if (input.type !== "file" || !input.files.length) return;
      const form = input.closest("form");
      const preview = form.querySelector("[data-preview]");
      complain(form, "");
      preview.hidden = true;
      const photo = await SmallPhotos.shrink(input.files[0]);
      chosen.set(form, photo);
      if (preview.src) URL.revokeObjectURL(preview.src);
      preview.src = URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }));
      preview.hidden = false;
      form.dataset.ready = "yes";
    });
    walk.addEventListener("submit", async (event) => {
      const form = event.target;
      const found = form.closest("[data-task]");
      if (!found) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (form.dataset.saving) return;
      const photo = chosen.get(form);
      const said = read(form, photo, found.dataset);
      if (said.wrong) { complain(form, said.wrong); return; }
      form.dataset.saving = "yes";
      try {
        const id = Offline.newId();
        const photos = photo ? [{ slot: 0, sha256: await Offline.hash(photo.bytes), bytes: photo.bytes, type: photo.type }] : [];
        const body = JSON.stringify({
          ...said.body, device_at: new Date().toISOString(), photos: photos.map(({ slot, sha256, bytes }) => ({ slot, sha256, bytes: bytes.byteLength })),
        });
        await queue.save({
          id, person: say.person, standing: say.standing, task: found.dataset.task, place: found.dataset.place, at: Date.now(), state: "queued", tries: 0,
          address: `${say.api}${id}/`, body, photos,
        });
        chosen.delete(form);
        refresh();
      } catch { complain(form, say.sayNotKept); } finally { delete form.dataset.saving; }
    }, true);
    refresh();
  };
})(self);
