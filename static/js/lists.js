// Lists: filters send themselves, reactions answer without a new page, what was read is told when the page is left.
import { post, refusal, token } from "./net.js";
import { say } from "./toasts.js";

function sendFilters(form) {
  form.addEventListener("change", () => form.requestSubmit());
}

async function react(event) {
  const form = event.target.closest?.("[data-reactions]");
  const button = event.submitter;
  if (!form || !button) return;
  event.preventDefault();
  if (form.dataset.waiting) return;
  form.dataset.waiting = "yes";
  try {
    const data = new URLSearchParams({ kind: button.value });
    const response = await post(form.action, data);
    if (!response.ok) throw new Error(await refusal(response));
    if (!response.headers.get("Content-Type")?.includes("json")) return location.reload();
    const { items } = await response.json();
    for (const item of items) {
      const shown = form.querySelector(`button[value="${CSS.escape(item.kind)}"]`);
      shown?.setAttribute("aria-pressed", String(item.mine));
      const number = shown?.querySelector("[data-number]");
      if (number) number.textContent = item.count;
    }
  } catch (error) {
    if (error.message) say(error.message, "error");
    else HTMLFormElement.prototype.submit.call(withKind(form, button));
  } finally {
    delete form.dataset.waiting;
  }
}

/** The form as the browser would send it, with the pressed button's value. */
function withKind(form, button) {
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "kind", value: button.value });
  form.append(field);
  return form;
}

function tellRead(list) {
  let seen = 0;
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) seen = Math.max(seen, Number(entry.target.dataset.position));
    }
  });
  const observe = () => {
    for (const row of document.querySelectorAll("[data-position]")) watcher.observe(row);
  };
  observe();
  new MutationObserver(observe).observe(list, { childList: true });
  let told = 0;
  const tell = () => {
    if (document.visibilityState === "visible" || seen <= told) return;
    const data = new FormData();
    data.set("position", seen);
    data.set("csrf_token", token());
    if (navigator.sendBeacon(list.dataset.readUrl, data)) told = seen;
  };
  document.addEventListener("visibilitychange", tell);
}

/** A table that scrolls inside its box can be reached and scrolled with the keyboard. */
function reachTables() {
  const watcher = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const box of document.querySelectorAll(".table-box")) watcher.observe(box);
}

export function startLists() {
  reachTables();
  for (const form of document.querySelectorAll("form[data-autosubmit]")) sendFilters(form);
  for (const list of document.querySelectorAll("[data-read-url]")) tellRead(list);
  document.addEventListener("submit", react);
}
