// Sending: Ctrl+Enter in what is written, and a second press that sends nothing twice: the first one turns the button
// into the verb in progress.
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

/** Here and not with the rest of the composer: who types fast may be done before that has come. */
function sendByKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest?.("[data-composer]")?.closest("form");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button[data-busy-label]") ?? undefined);
}

export function startForms() {
  document.addEventListener("keydown", sendByKey);
  // On the window, after every other listener had its say.
  addEventListener("submit", guard);
  document.querySelector("[data-focus]")?.focus();
}
