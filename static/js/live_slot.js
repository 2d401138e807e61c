// The place where a page says that there is something new, and fetches it when it is pressed. What it hears, asks and
// says stands in its data attributes (templates/components/composer.html: live_slot).
import { shownParts, showParts } from "./live_parts.js";
import { get } from "./net.js";

const lastPosition = (list) =>
  Math.max(0, ...[...(list?.querySelectorAll("[data-position]") ?? [])].map((post) => Number(post.dataset.position)));

function withQuery(url, given) {
  const full = new URL(url, location.href);
  for (const [name, value] of Object.entries(given)) full.searchParams.set(name, value);
  return full;
}

export class LiveSlot {
  constructor(element) {
    this.element = element;
    this.words = element.dataset;
    this.channel = element.dataset.live;
    this.event = element.dataset.event;
    this.version = Number(element.dataset.version); // all of it is before the reader
    this.shown = this.version; // what stood there before is shown in this version, what is new may be missing
    this.turn = Promise.resolve();
    this.list = document.querySelector(element.dataset.target || "#posts");
    this.status = element.querySelector("[data-live-status]");
  }

  /** The last post that this reader has before them. */
  get after() {
    return Math.max(Number(this.words.after ?? 0), lastPosition(this.list));
  }

  get pollUrl() {
    if (!this.words.pollUrl) return null;
    return withQuery(this.words.pollUrl, { after: this.after, version: this.shown, parts: shownParts() });
  }

  /** Whether what is new can be put under what is there; else the page is loaded again. */
  get appends() {
    return Boolean(this.words.fragmentUrl);
  }

  /** Whether this event of the thing with this id is for this place. */
  hears(event, id) {
    return this.event === event && this.channel.split(":")[1] === String(id);
  }

  /** News: {version}, and from a poll what is new in it. One after the other, so that an older answer never wins. */
  heard(news) {
    this.turn = this.turn.then(() => this.take(news)).catch(() => {});
    return this.turn;
  }

  async take(news) {
    if (!(news.version > this.version)) return; // also where nothing was heard
    const { version, new: count, parts } = this.mustAsk(news) ? { ...news, ...(await this.ask()) } : news;
    if (parts && version >= this.shown) {
      showParts(parts);
      this.shown = version;
    }
    this.newest = Math.max(this.newest ?? 0, version);
    if (this.appends && !count) this.version = this.newest; // changes, and nothing to put under the others
    else this.offer(count);
  }

  mustAsk(news) {
    return this.appends && news.new === undefined && Boolean(this.words.pollUrl);
  }

  async ask() {
    try {
      const response = await get(this.pollUrl);
      return response.ok ? await response.json() : { new: 1 };
    } catch {
      return { new: 1 };
    }
  }

  offer(count) {
    const text = count > 1 ? this.words.wordMany.replace("{n}", count) : this.words.wordOne;
    if (!this.button) {
      this.button = document.createElement("button");
      this.button.type = "button";
      this.button.className = "live";
      this.button.append(this.element.querySelector("template").content.cloneNode(true), document.createElement("span"));
      this.button.addEventListener("click", () => this.open());
      this.note = document.createElement("span");
      this.note.className = "live-note";
      this.note.textContent = this.words.wordNote;
    }
    this.button.querySelector("span").textContent = text;
    if (!this.button.isConnected) this.status.replaceChildren(this.button, this.note);
  }

  async open() {
    if (!this.appends) {
      location.reload();
      return;
    }
    this.button.setAttribute("aria-busy", "true");
    try {
      const response = await get(withQuery(this.words.fragmentUrl, { after: this.after }), "text/html");
      if (!response.ok) throw new Error(response.status);
      this.append(await response.text());
      this.version = this.newest;
      this.status.replaceChildren();
    } catch {
      this.note.textContent = this.words.wordFailed;
    } finally {
      this.button.removeAttribute("aria-busy");
    }
  }

  /** New posts go under the old ones; the reader's place stays, the focus goes to the first of them. */
  append(html) {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const fresh = [...parsed.body.children].filter((post) => !post.id || !document.getElementById(post.id));
    this.list.append(...fresh);
    if (fresh.length) document.querySelector("#no-posts")?.remove();
    for (const place of document.querySelectorAll("[data-reply-count]")) {
      place.textContent = Number(place.textContent) + fresh.length;
    }
    const first = fresh[0];
    if (!first) return;
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
    first.scrollIntoView({ block: "nearest" });
  }

  polling(on) {
    this.element.toggleAttribute("data-polling", on);
    if (on && !this.button?.isConnected) {
      const note = document.createElement("span");
      note.className = "live-note";
      note.textContent = this.words.wordPolling;
      this.status.replaceChildren(note);
    } else if (!on && !this.button?.isConnected) {
      this.status.replaceChildren();
    }
  }
}
