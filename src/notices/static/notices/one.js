// A notice that is open while it changes says so, and is loaded anew when nobody is typing.
const watch = document.getElementById("notices-watch");

watch?.addEventListener("live:changed", (event) => {
  const ref = location.pathname.split("/").filter(Boolean).pop();
  if (event.detail.payload?.ref !== ref || document.querySelector("textarea:focus, input:focus, dialog[open]")) return;
  setTimeout(() => location.reload(), Math.random() * 2000);
});
