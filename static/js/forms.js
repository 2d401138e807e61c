// Sending: Ctrl+Enter in what is written, Enter that takes a conversion or goes on to the next field, and a second press
// that sends nothing twice: the first one turns the button into the verb in progress.
import { isComposing } from "./ime.js";
import { say } from "./toasts.js";

const NO_LINE = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);
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

/** Before every other listener: a form whose pictures are on their way was not sent, and nobody must believe so. */
function waitForPictures(event) {
  const { uploading } = event.target.dataset;
  if (!uploading) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  say(uploading);
}

/** Here and not with the rest of the composer: who types fast may be done before that has come. */
function sendByKey(event) {
  const form = event.target.closest?.("form[data-write]");
  const box = form?.querySelector("[data-composer]");
  if (!box) return;
  event.preventDefault();
  if (event.repeat) return;
  const field = box.querySelector("textarea");
  if (field.value.trim()) return form.requestSubmit(form.querySelector("button[data-busy-label]") ?? undefined);
  say(box.dataset.wordEmpty);
  field.focus();
}

const isLine = (field) => field.localName === "input" && !NO_LINE.has(field.type);
const canBeFilled = (field) => !field.disabled && field.type !== "hidden" && field.localName !== "fieldset" && field.offsetParent;

/** What comes after a line in a form: the text that is written in it, else the next field, at last its button. */
function after(line) {
  const all = [...line.form.elements];
  const rest = all.slice(all.indexOf(line) + 1).filter(canBeFilled);
  return rest.find((field) => field.closest("[data-composer]") && field.localName === "textarea") ?? rest[0];
}

/**
 * Enter belongs to the input method while something is being composed; where a text is written and sent it then goes on
 * to the next field: who presses it once too often has not published half a question.
 */
function pressEnter(event) {
  if (event.key !== "Enter") return;
  const line = event.target;
  if (isComposing(event)) {
    if (isLine(line)) event.preventDefault();
  } else if (event.ctrlKey || event.metaKey) sendByKey(event);
  else if (isLine(line) && line.form?.method === "post" && line.form.querySelector("textarea")) {
    event.preventDefault();
    after(line)?.focus();
  }
}

export function startForms() {
  document.addEventListener("keydown", pressEnter);
  addEventListener("submit", waitForPictures, { capture: true });
  // On the window, after every other listener had its say.
  addEventListener("submit", guard);
  document.querySelector("[data-focus]")?.focus();
}
