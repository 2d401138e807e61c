// A second press sends nothing twice: the first one turns the button into the verb in progress.
const LONG = 20_000; // ms after which a press counts again: the answer is lost, not late

function rest(button, label) {
  button.removeAttribute("aria-busy");
  button.querySelector("span").textContent = label;
}

function guard(event) {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  const button = event.submitter ?? form.querySelector("[data-busy-label]");
  if (!button?.dataset.busyLabel) return;
  const label = button.querySelector("span").textContent;
  form.dataset.sending = "yes";
  button.setAttribute("aria-busy", "true");
  button.querySelector("span").textContent = button.dataset.busyLabel;
  const again = () => {
    delete form.dataset.sending;
    rest(button, label);
  };
  setTimeout(again, LONG);
  // A page that comes back from the browser's memory must be usable.
  addEventListener("pageshow", (shown) => shown.persisted && again(), { once: true });
}

export function startForms() {
  // On the window, after every other listener had its say.
  addEventListener("submit", guard);
  document.querySelector("[data-focus]")?.focus();
}
