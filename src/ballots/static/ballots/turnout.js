// The turnout fills in by itself what the event tells: nobody asks the server, however many watch.
const part = document.getElementById("turnout-live");
const whole = part?.querySelector("[data-turnout]");

part?.addEventListener("live:turnout", (event) => {
  if (event.detail.busy || !whole) return;
  const told = event.detail.payload;
  const put = (name, text) => {
    const found = whole.querySelector(`[data-part="${name}"]`);
    if (found && text !== "") found.textContent = text;
  };
  put("voters", told.voters);
  put("area", told.area);
  if (document.documentElement.lang.startsWith("zh")) put("words", told.words);
  const bar = whole.querySelector('[data-part="bar"]');
  if (bar) bar.value = told.voters;
  event.preventDefault();
});
