// A draft is on this device with every key and on the server two seconds after the last one. The copy on the device
// goes when the server has said that it holds the same: as a draft, or as what was sent.
import { forget, named, read, write } from "./copies.js";
import { post } from "./net.js";

const QUIET = 2000; // ms without a key before the server hears of it
const LATE = 60_000; // ms after which a sending that has not arrived will not arrive any more
const PATIENCE = 4000; // ms that a page waits for the answer whether something was sent
const PREFIX = "tsudoi:draft:";
const SENT = "tsudoi:sent:";

const written = (form) => [...form.querySelectorAll("textarea[name], input[type=text][name]")];
const chosen = (form) => [...form.querySelectorAll("select[name], input[type=radio][name]:checked")];

/** What a form says, as one object; nothing secret and no file is among it. */
function texts(form) {
  return Object.fromEntries([...written(form), ...chosen(form)].map((field) => [field.name, field.value]));
}

/** What goes with every save: whose form it is, and what it began with. */
function carried(form) {
  const names = ["form_key", "draft", "seen"];
  return Object.fromEntries(names.map((name) => [name, form.elements[name]?.value ?? ""]));
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

async function ask(url, fields) {
  const response = await post(url, new URLSearchParams(fields));
  if (!response.ok) throw new Error(response.status);
  return response.json();
}

// --- what was sent

/** Keys of drafts end with the number of whose they are: on a shared device others' are left alone. */
function isOurs(key) {
  const channels = document.querySelector("meta[name=live-channels]")?.content ?? "";
  return channels.split(" ").includes(`member:${key.split(":").pop()}`);
}

async function settle(name) {
  const sent = read(name);
  if (!sent || !isOurs(sent.key)) return;
  try {
    const { stored } = await ask(`${sent.url}/sent`, { ...sent.texts, ...sent.carried });
    const copy = PREFIX + name.slice(SENT.length);
    if (stored && same(read(copy)?.texts, sent.texts)) forget(copy);
    if (stored || Date.now() - sent.at > LATE) forget(name);
  } catch {
    // asked again on the next page
  }
}

let settled = Promise.resolve();

/** On every page: copies of what the server has stored are given up, all others stay. */
export function settleSent() {
  const names = named(SENT.slice(0, -1));
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  settled = names.length ? Promise.race([Promise.all(names.map(settle)), late]) : settled;
}

// --- one form

class Draft {
  constructor(form, { key, url, say, words }) {
    Object.assign(this, { form, key, url, say, words });
    this.kept = texts(form); // what the server knows: it made the page
    this.number = 0;
    this.left = false; // sent: the page goes away
  }

  get name() {
    return `${PREFIX}${this.key}:${this.form.elements.form_key?.value ?? ""}`;
  }

  /** Later saves have higher numbers, also after the page was loaded anew. */
  next() {
    this.number = Math.max(Date.now(), this.number + 1);
    return this.number;
  }

  copy() {
    const { form, url } = this;
    const isEmpty = written(form).every((field) => !field.value.trim());
    if (!this.key) return;
    if (isEmpty) forget(this.name);
    else write(this.name, { texts: texts(form), carried: carried(form), number: this.next(), url, at: Date.now() });
  }

  changed() {
    this.left = false;
    this.copy();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), QUIET);
  }

  /** One at a time, so that an older save never overtakes a newer one. */
  async save() {
    const now = texts(this.form);
    if (!this.url || same(now, this.kept)) return;
    if (this.saving) {
      this.again = true;
      return;
    }
    this.saving = true;
    try {
      const number = this.next();
      const answer = await ask(this.url, { ...now, ...carried(this.form), save_number: number });
      if (answer.saved) this.taken(now);
      else this.overtaken(answer.number);
    } catch {
      this.say(this.words.unsaved);
    } finally {
      this.saving = false;
    }
    if (!this.again) return;
    this.again = false;
    this.save();
  }

  taken(now) {
    this.kept = now;
    if (this.left) return;
    if (same(texts(this.form), now)) forget(this.name);
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
    this.say(`${this.words.saved} ${time}`);
  }

  /** The clock of this device went back: number on from what the server knows. */
  overtaken(number) {
    this.number = Math.max(this.number, number);
    this.again = !this.left;
  }

  /** The form is sent. Its copy stays until some page has heard that this very text was stored. */
  sent() {
    const { form, key, url } = this;
    this.left = true;
    clearTimeout(this.timer);
    this.copy();
    this.carry(form, "save_number", this.next());
    if (!key) return;
    const sent = { key, url, texts: texts(form), carried: carried(form), at: Date.now() };
    write(SENT + this.name.slice(PREFIX.length), sent);
  }

  carry(form, name, value) {
    const field = form.querySelector(`input[type=hidden][name="${name}"]`) ?? document.createElement("input");
    field.type = "hidden";
    Object.assign(field, { name, value });
    form.append(field);
  }

  /** The draft is given up: what was typed since goes with it, so that 元に戻す brings all of it back. */
  discarded(event) {
    this.left = true;
    clearTimeout(this.timer);
    forget(this.name); // other tabs' copies are drafts of their own
    const given = { ...texts(this.form), ...carried(this.form), save_number: this.next() };
    for (const [name, value] of Object.entries(given)) this.carry(event.target, name, value);
  }

  // --- copies that the server has not got

  get isUntouched() {
    return written(this.form).every((field) => field.value === field.defaultValue);
  }

  async restore() {
    await settled;
    const found = named(PREFIX + this.key).map((name) => [name, read(name)]);
    const copies = found.filter(([, copy]) => copy?.texts).sort(([, a], [, b]) => b.at - a.at);
    for (const [name, copy] of copies) await this.take(name, copy);
  }

  /** Give the copy to the server, and show it where the form shows nothing else. */
  async take(name, copy) {
    const number = copy.number ?? copy.at ?? 0;
    let answer = null;
    try {
      answer = await ask(this.url, { ...copy.texts, ...copy.carried, save_number: number });
    } catch {
      // without a network it is shown all the same, and stays
    }
    const known = answer && !answer.saved; // an older state of what the server has
    const isShown = same({ ...texts(this.form), ...copy.texts }, texts(this.form));
    if (answer && (known || isShown)) forget(name);
    if (known || isShown) return;
    if (this.fits(answer)) this.show(name, copy, answer);
    else if (answer) {
      forget(name);
      this.say(this.words.aside);
    }
  }

  /** The form is empty, or shows the draft that this copy is a later state of. */
  fits(answer) {
    const shown = this.form.elements.draft?.value ?? "";
    const isEmpty = written(this.form).every((field) => !field.value);
    return this.isUntouched && (shown ? answer?.draft.split("-")[0] === shown.split("-")[0] : isEmpty);
  }

  show(name, copy, answer) {
    for (const field of written(this.form)) field.value = copy.texts[field.name] ?? field.value;
    for (const field of this.form.querySelectorAll("select[name]")) field.value = copy.texts[field.name] ?? field.value;
    if (answer && this.form.elements.draft) this.form.elements.draft.value = answer.draft;
    if (answer) this.kept = texts(this.form);
    forget(name);
    if (!answer) this.copy();
    this.say(this.words.restored);
  }
}

/** Keep the drafts of a form; say(word) shows what happened. Gives what to do when the form is sent. */
export function keepDrafts(form, { key, url, say, words }) {
  const draft = new Draft(form, { key, url, say, words });
  form.addEventListener("input", () => draft.changed());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !draft.left) draft.save();
  });
  // From the browser's memory the form comes back as it was sent: what is typed now is a draft again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) draft.left = false;
  });
  document.querySelector("[data-discard-draft]")?.addEventListener("submit", (event) => draft.discarded(event));
  if (key && url) draft.restore();
  return () => draft.sent();
}
