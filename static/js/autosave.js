// Saving a text that several people write, while it is typed: two seconds after a pause, three at the latest. The server
// decides whose text is there; this form only says what it was filled from, and numbers its saves. Until the server has
// a text, a copy of it is on this device.
import { COPY, forget, named, read, write } from "./copies.js";
import { post, refusal } from "./net.js";

const QUIET = 2000; // ms without a key
const LATEST = 3000; // ms after the first key that is not saved, however fast one types
const AGAIN = 5000; // ms after which a save that failed is tried again
const PATIENCE = 10_000; // ms after which an answer will not come any more

class Autosave {
  constructor(form) {
    this.form = form;
    this.field = form.elements.body;
    this.url = form.dataset.autosave;
    this.key = form.elements.form_key.value = newKey(); // a page from a cache is no later state of the form that it was
    this.place = `${COPY}:${form.dataset.copy}`;
    this.name = `${this.place}:${this.key}`;
    this.status = document.querySelector("[data-autosave-status]");
    this.offered = form.querySelector("[data-autosave-offer]");
    this.known = "unsaved" in form.dataset ? null : this.field.value; // what the server has; null: it refused this text
    this.named = form.querySelector("[data-autosave-named]");
    this.number = 0;
    this.isApart = false; // somebody else's text is there: asked on a page, never by a save
    this.isLeft = false; // sent, or the page goes away
  }

  word(name) {
    return this.form.dataset[`word${name}`];
  }

  say(text, isGood = false) {
    if (!this.status) return;
    this.status.textContent = text;
    this.status.classList.toggle("is-waiting", !isGood);
  }

  /** Later saves have higher numbers, also after the page was loaded anew. */
  next() {
    this.number = Math.max(Date.now(), this.number + 1);
    return this.number;
  }

  keep() {
    write(this.name, { text: this.field.value, seen: this.form.elements.seen.value, key: this.key, number: this.next(), at: Date.now() });
  }

  typed() {
    this.isLeft = false;
    this.keep();
    if (this.isApart) return;
    this.due ??= Date.now() + LATEST;
    this.wait(Math.min(QUIET, Math.max(0, this.due - Date.now())));
  }

  wait(time) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), time);
  }

  fields(text, more = {}) {
    const data = new FormData();
    const { seen } = this.form.elements;
    const all = { body: text, seen: seen.value, form_key: this.key, save_number: this.next(), ...more };
    for (const [name, value] of Object.entries(all)) data.set(name, value);
    return data;
  }

  /** One at a time; what is typed meanwhile is saved next. */
  async save() {
    const text = this.field.value;
    if (this.isApart || this.isLeft || this.isSaving || text === this.known) return;
    this.isSaving = true;
    this.due = null;
    this.say(this.word("Saving"));
    try {
      await this.took(await post(this.url, this.fields(text), { signal: AbortSignal.timeout(PATIENCE) }), text);
      this.isCutOff = false;
    } catch (error) {
      this.isCutOff = error instanceof TypeError; // no connection; an answer that does not come may be a slow one
      this.say(this.word("Offline"));
      this.wait(AGAIN);
    } finally {
      this.isSaving = false;
    }
    if (!this.isApart && !this.isRefused && this.field.value !== text) this.wait(QUIET);
  }

  async took(response, text) {
    this.isRefused = response.status === 422 || response.status === 403;
    if (response.status === 409) return this.apart(await refusal(response));
    if (this.isRefused) return this.say(await refusal(response));
    if (!response.ok) throw new Error(response.status);
    const answer = await response.json();
    this.number = Math.max(this.number, answer.number);
    if (!answer.saved) return this.wait(0); // the clock of this device went back: number on from there
    this.known = text;
    this.form.elements.seen.value = answer.seen;
    if (this.field.value === text) forget(this.name);
    this.tellNames(answer.named);
    if (!this.isLeft) this.say(`${this.word("Saved")} ${clock()}`, true);
  }

  tellNames(names) {
    if (!this.named) return;
    this.named.querySelector("b").textContent = names;
    this.named.hidden = !names;
  }

  /** Nothing is saved by itself any more; one press shows both texts. */
  apart(sentence) {
    this.isApart = true;
    this.say(this.word("Apart"));
    this.offer(sentence, [[this.word("Compare"), () => this.form.requestSubmit()]]);
  }

  offer(sentence, acts) {
    const box = this.offered;
    box.replaceChildren(Object.assign(document.createElement("span"), { textContent: sentence }));
    for (const [label, act] of acts) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: label });
      button.addEventListener("click", act);
      box.append(" ", button);
    }
    box.hidden = false;
    box.scrollIntoView({ block: "nearest" });
  }

  /** What is not saved goes with the page; what is too long for that waits on this device. */
  leave() {
    if (this.isLeft || this.field.value === this.known) return;
    const body = this.fields(this.field.value, { leaving: "1" });
    post(this.url, body, { keepalive: true }).catch(() => {});
  }

  /** Without a network the page stays: the browser would show its own, on which nothing can be done. */
  stay(event) {
    if (navigator.onLine && !this.isCutOff) return;
    event.preventDefault();
    this.keep();
    this.say(this.word("Stay"));
    this.wait(AGAIN);
  }

  /** The buttons send the same form with a number that no save under way can have. */
  sent(event) {
    this.isLeft = true;
    clearTimeout(this.timer);
    if (this.field.value === this.known) forget(this.name); // nothing that could be lost, or could come back later
    else this.keep();
    event.formData.set("save_number", this.next());
  }

  online() {
    this.isCutOff = false;
    this.wait(0);
  }

  /** From the browser's memory: others may have written meanwhile, so it is loaded anew where nothing would be lost. */
  comeBack() {
    this.isLeft = false;
    const isKept = this.field.value === this.known || read(this.name)?.text === this.field.value;
    if (isKept && navigator.onLine) location.reload();
  }

  // --- copies that the server may not have got

  async restore() {
    const found = named(this.place).map((name) => [name, read(name)]);
    const copies = found.filter(([name, copy]) => copy?.key && name !== this.name).sort(([, a], [, b]) => a.at - b.at);
    for (const [name, copy] of copies) await this.give(name, copy);
  }

  /** Send a copy as the save that it was to be: the server knows whether it has it, and whether it still may be stored. */
  async give(name, copy) {
    if (copy.text === this.known || copy.text === this.field.value) return forget(name);
    const more = { seen: copy.seen, form_key: copy.key, save_number: copy.number, copy: "1" };
    let response;
    try {
      response = await post(this.url, this.fields(copy.text, more), { signal: AbortSignal.timeout(PATIENCE) });
    } catch {
      return;
    }
    if (response.status === 409) return this.ask(name, copy);
    if (response.status === 422) return this.refused(name, copy);
    if (!response.ok || response.redirected) return;
    const answer = await response.json();
    forget(name);
    if (!answer.saved) return;
    if (this.field.value !== this.known) return; // typed already: what is there now is told apart by the next save
    this.field.value = this.known = copy.text;
    this.form.elements.seen.value = answer.seen;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.say(this.word("Restored"), true);
  }

  ask(name, copy) {
    const show = () => {
      this.field.value = copy.text;
      this.form.elements.seen.value = copy.seen;
      this.isApart = true;
      this.offered.hidden = true;
      this.field.dispatchEvent(new Event("input", { bubbles: true }));
      forget(name);
      this.form.requestSubmit();
    };
    this.offer(this.word("Copy"), [[this.word("Show"), show], [this.word("Drop"), () => this.drop(name)]]);
  }

  /** The server takes it as little as before, so it waits here until it is mended or given up. */
  refused(name, copy) {
    const take = () => {
      this.field.value = copy.text;
      this.drop(name);
      this.field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    this.offer(this.word("Refused"), [[this.word("Take"), take], [this.word("Drop"), () => this.drop(name)]]);
  }

  drop(name) {
    forget(name);
    this.offered.hidden = true;
  }

  start() {
    const { form } = this;
    this.field.addEventListener("input", () => this.typed());
    form.addEventListener("submit", (event) => this.stay(event));
    form.addEventListener("formdata", (event) => this.sent(event));
    addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.save());
    addEventListener("online", () => this.online());
    addEventListener("pageshow", (event) => event.persisted && this.comeBack());
    if (this.known === null) this.keep();
    if (this.field.value !== this.field.defaultValue) this.typed(); // while this module was on its way
    this.restore();
  }
}

/** 32 hexadecimal digits: randomUUID() is missing where the page came without TLS. */
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function clock() {
  return new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
}

const PICTURE = /!\[[^\]\n]*\]\(\/files\/[^)\s]*\)/g;

/** Characters that are seen, as the server counts them (community/stories/writing/parts.py). */
function measure(text) {
  return [...text.replace(PICTURE, "").replace(/\s+/g, "")].length;
}

function showLength(box) {
  const field = document.getElementById(box.dataset.lengthOf);
  const meter = box.querySelector("meter");
  const number = box.querySelector("b");
  field.addEventListener("input", () => {
    const length = measure(field.value);
    meter.value = Math.min(length, meter.max);
    number.textContent = box.dataset.wordLength.replace("{n}", length);
  });
}

/** On the page that shows both texts: the server has this one, so its copy is given up. */
function giveUp(key) {
  for (const name of named(COPY)) if (name.endsWith(`:${key}`)) forget(name);
}

export function startAutosave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form).start();
  for (const box of document.querySelectorAll("[data-length-of]")) showLength(box);
  for (const form of document.querySelectorAll("[data-took]")) giveUp(form.dataset.took);
}
