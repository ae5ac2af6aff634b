// The homes of an entrance: what came of each door. The rest is ui/offline/walk.js.
(function () {
  "use strict";
  const walk = document.getElementById("walk");
  const can = walk && window.DoorQueue && window.SmallPhotos && window.fetch && window.crypto && crypto.subtle && window.indexedDB;
  if (!can) return; // the forms are sent as they are
  const say = walk.dataset;
  Offline.walk(walk, {
    queue: DoorQueue, cache: "gongzhi-pages-doors", file: "door",
    read(form, photo, door) {
      const { outcome, taken_by, note } = form.elements;
      if (!outcome.value) return { wrong: say.sayResult };
      if (["handed", "family"].includes(outcome.value) && !taken_by.value.trim()) return { wrong: say.sayWho };
      if (outcome.value === "refused" && !note.value.trim()) return { wrong: say.sayWhy };
      if (outcome.value === "left" && !photo) return { wrong: say.sayPhoto };
      return { body: { paper: Number(door.paper), outcome: outcome.value, taken_by: taken_by.value.trim(), note: note.value.trim() } };
    },
  });
})();
