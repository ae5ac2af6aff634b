// The screens of a ballot without asking the server: forwards, back, the summary, and no more names than seats. What is chosen
// stays in this browser (ui.js keeps the draft) until it is handed in.
const form = document.querySelector("form[data-ballot]");
const screens = [...form.querySelectorAll("[data-screen]")];
const questions = [...form.querySelectorAll("[data-question]")];

function boxes(question) {
  return [...question.querySelectorAll("input[type=radio], input[type=checkbox]")];
}

function counted(question) {
  const chosen = boxes(question).filter((one) => one.checked);
  const most = Number(question.dataset.most);
  const count = question.querySelector('[data-part="count"]');
  if (count) count.textContent = chosen.length;
  const answer = form.querySelector(`[data-answer="${question.dataset.question}"]`);
  if (answer) answer.textContent = chosen.map((one) => one.dataset.label).join("、") || answer.dataset.blank;
  return !most || chosen.length <= most;
}

function show(step) {
  for (const screen of screens) screen.hidden = Number(screen.dataset.screen) !== step;
  const hidden = form.querySelector('[data-part="step"]');
  if (hidden) hidden.value = step;
  window.scrollTo(0, 0);
  const legend = screens[step].querySelector("legend, h2");
  if (legend) { legend.tabIndex = -1; legend.focus({ preventScroll: true }); }
}

form.addEventListener("change", (event) => {
  const question = event.target.closest("[data-question]");
  if (!question) return;
  const fits = counted(question);
  const full = question.querySelector('[data-part="full"]');
  if (!fits) event.target.checked = false;
  if (full) full.hidden = fits;
  counted(question);
});

if (screens.length) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="go"]');
    if (!button) return;
    event.preventDefault();
    show(Number(button.value));
  });
}
form.addEventListener("gongzhi:restored", () => questions.forEach(counted));
questions.forEach(counted);
