// The place where a page says that there is something new, and fetches it when it is pressed. What it hears, asks and
// says stands in its data attributes (templates/components/composer.html: live_slot).
import { hasParts, shownParts, showParts } from "./live_parts.js";
import { get } from "./net.js";

// ms until what the server did not answer is asked again: twice as long each time, and not by all pages at once.
const AGAIN = 10_000;
const LONGEST = 160_000;

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
    this.pause = AGAIN;
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

  /** Whether this event is for this place: of the thing with this id, or of a channel that is no thing's. */
  hears(event, id) {
    const [, own] = this.channel.split(":");
    return this.event === event && (own === undefined || own === String(id));
  }

  /** News: {version}, and from a poll what is new in it. One after the other, so that an older answer never wins. */
  heard(news) {
    this.turn = this.turn.then(() => this.take(news)).catch(() => {});
    return this.turn;
  }

  async take(news) {
    if (!(news.version > this.version)) return; // also where nothing was heard
    if (this.again && news.new === undefined) return; // asked soon: the answer is about all of it
    let answer = {};
    if (this.mustAsk(news)) {
      try {
        answer = await this.ask();
      } catch {
        this.askLater(news);
        return;
      }
      if (!answer) return;
      this.pause = AGAIN;
    }
    const { version, new: count, parts } = { ...news, ...answer };
    if (parts && version >= this.shown) {
      showParts(parts);
      this.shown = version;
    }
    this.newest = Math.max(this.newest ?? 0, version);
    if (count === 0) this.nothingMore();
    else this.offer(count);
  }

  askLater(news) {
    const pause = this.pause * (0.5 + Math.random());
    this.pause = Math.min(this.pause * 2, LONGEST);
    this.again = setTimeout(() => {
      this.again = null;
      if (document.hidden) this.askLater(news);
      else this.heard(news);
    }, pause);
  }

  /** Whether the server has more to say than the version: what is new, and which parts look different. */
  mustAsk(news) {
    return news.new === undefined && Boolean(this.pollUrl) && (this.appends || hasParts());
  }

  /** What is new; null where the page is not to be had any more. Throws where there is no answer, or none for now. */
  async ask() {
    const response = await get(this.pollUrl);
    if (response.ok && !response.redirected) return response.json();
    if (response.status === 429 || response.status >= 500) throw new Error(response.status);
    return null;
  }

  /** Changes only, and nothing to put under the others; what was offered has been taken away meanwhile. */
  nothingMore() {
    this.version = this.newest;
    if (this.button?.isConnected) this.status.replaceChildren();
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
