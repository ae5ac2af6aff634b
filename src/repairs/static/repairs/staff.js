// What staff get on the page of a request: ready sentences go into their field, prices add up.
(function () {
  "use strict";
  document.addEventListener("change", (event) => {
    const field = event.target.dataset.ready && document.getElementById(event.target.dataset.ready);
    if (!field || !event.target.value) return;
    field.value = event.target.value;
    event.target.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
  function fen(text) {
    const amount = Number(text.trim().replace(/^[￥¥]/, "").replace(/[,，]/g, ""));
    return Number.isFinite(amount) && amount > 0 ? Math.round(amount * 100) : 0;
  }
  function total(form) {
    let sum = 0;
    for (const line of form.querySelectorAll("[data-line]")) {
      const quantity = line.querySelector("[name=quantity]").value.trim();
      sum += fen(line.querySelector("[name=price]").value) * (quantity === "" ? 1 : Number(quantity) || 0);
    }
    return (sum / 100).toFixed(2);
  }
  function fill(form) {
    if ("price" in form.dataset) {
      const shown = form.querySelector("[data-total]");
      shown.hidden = false;
      shown.querySelector("output").textContent = total(form);
    }
  }
  function filled(event) {
    const form = event.target.closest && event.target.closest("form");
    if (form && "price" in form.dataset) fill(form);
  }
  document.addEventListener("input", filled);
  document.addEventListener("change", filled);
  function all() { document.querySelectorAll("#case form").forEach((form) => fill(form)); }
  document.addEventListener("gongzhi:renewed", all);
  all();
})();
