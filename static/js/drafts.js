// A draft is on this device with every key and on the server two seconds after the last one.
import { post } from "./net.js";

const QUIET = 2000; // ms without a key before the server hears of it
const PREFIX = "tsudoi:draft:";
const SENT = "tsudoi:sent:";

const fields = (form) => [...form.querySelectorAll("textarea[name], input[type=text][name]")];

/** The text fields of a form as one object; nothing secret and no file is among them. */
export function texts(form) {
  return Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
}

function stored(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key) ?? "null");
  } catch {
    return null;
  }
}

function store(key, value) {
  try {
    if (value) localStorage.setItem(PREFIX + key, JSON.stringify(value));
    else localStorage.removeItem(PREFIX + key);
    return true;
  } catch {
    return false; // private window or full: the server's copy remains
  }
}

function restore(form, key) {
  const kept = stored(key);
  if (!kept) return false;
  let changed = false;
  for (const field of fields(form)) {
    if (!field.value && kept.texts?.[field.name]) {
      field.value = kept.texts[field.name];
      changed = true;
    }
  }
  return changed;
}

/**
 * Whether this page is the answer of a server that took what was sent: it came by a redirection from the form's page.
 * A page of the browser's own (no network), an error, a refusal or a sign-in page came without one.
 */
function cameFrom(path) {
  const arrival = performance.getEntriesByType("navigation")[0];
  if (arrival?.type !== "navigate" || !arrival.redirectCount || !document.referrer) return false;
  return new URL(document.referrer).pathname === path && !document.querySelector(".error-page, .gate");
}

/** On every page: drafts that the server has taken are given up, all others stay. */
export function settleSent() {
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith(SENT)) continue;
    if (cameFrom(sessionStorage.getItem(key))) store(key.slice(SENT.length), null);
    sessionStorage.removeItem(key);
  }
}

/** Keep the drafts of a form; say(word) shows what happened. Gives what to do when the form is sent. */
export function keepDrafts(form, { key, url, say, words }) {
  let timer;
  let left = false; // sent: the page goes away, and must not bring the draft back after the server has dropped it
  let sent = JSON.stringify(texts(form));
  if (key && restore(form, key)) say(words.restored);

  async function save() {
    const now = JSON.stringify(texts(form));
    if (!url || now === sent) return;
    try {
      const response = await post(url, new URLSearchParams(texts(form)));
      if (!response.ok) throw new Error(response.status);
      sent = now;
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
      say(`${words.saved} ${time}`);
    } catch {
      say(words.unsaved);
    }
  }

  form.addEventListener("input", () => {
    const now = texts(form);
    const empty = Object.values(now).every((text) => !text.trim());
    if (key) store(key, empty ? null : { texts: now, at: Date.now() });
    clearTimeout(timer);
    timer = setTimeout(save, QUIET);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !left) save();
  });
  return () => {
    left = true;
    clearTimeout(timer);
    if (key) sessionStorage.setItem(SENT + key, location.pathname);
  };
}
