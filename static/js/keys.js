// The keyboard: / searches, j and k walk the rows, Enter opens, g h goes home, r replies, ? shows the keys.
import { isComposing } from "./ime.js";

const PATIENCE = 1200; // ms between g and the letter that follows

const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]");

function rows() {
  return [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("is-current"));
  const next = all[now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + step, 0), all.length - 1)];
  all[now]?.classList.remove("is-current");
  next.classList.add("is-current");
  const link = next.querySelector(".row-title a, time a, a[href]");
  (link ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function search() {
  const field = document.querySelector("[data-search]");
  if (field?.offsetParent) field.focus();
  else document.querySelector(".search-link")?.click();
}

const actions = {
  "/": search,
  j: () => move(1),
  k: () => move(-1),
  r: () => document.querySelector("[data-composer] textarea")?.focus(),
  "?": () => document.querySelector("#keys")?.showModal(),
};
const journeys = { h: () => document.querySelector(".brand")?.click() };

export function startKeys() {
  let gone = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isComposing(event) || typing(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = Date.now() - gone < PATIENCE ? journeys[key] : actions[key];
    gone = key === "g" ? Date.now() : 0;
    if (!action) return;
    event.preventDefault();
    action();
  });
  for (const button of document.querySelectorAll("[data-show-keys]")) button.addEventListener("click", actions["?"]);
  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    for (const key of document.querySelectorAll("[data-mod]")) key.textContent = "⌘";
  }
}
