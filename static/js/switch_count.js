// The button of a form with switches says how many of them are on.
for (const form of document.querySelectorAll("[data-count-switches]")) {
  const button = form.querySelector("[data-count-many]");
  const label = button?.querySelector("span");
  const count = () => {
    const on = form.querySelectorAll("[data-switch]:checked").length;
    const { countNone, countOne, countMany } = button.dataset;
    label.textContent = (on === 0 ? countNone : on === 1 ? countOne : countMany).replace("{n}", on);
  };
  if (label) {
    form.addEventListener("change", count);
    count();
  }
}
