// The place where a page says that there is something new, and fetches it when it is pressed.
import { get } from "./net.js";

const lastPosition = (list) =>
  Math.max(0, ...[...(list?.querySelectorAll("[data-position]") ?? [])].map((post) => Number(post.dataset.position)));

function withAfter(url, after) {
  const full = new URL(url, location.href);
  full.searchParams.set("after", after);
  return full;
}

export class LiveSlot {
  constructor(element) {
    this.element = element;
    this.kind = element.dataset.live;
    this.id = element.dataset.id;
    this.version = Number(element.dataset.version);
    this.list = document.querySelector(element.dataset.target || "#posts");
    this.status = element.querySelector("[data-live-status]");
    this.words = element.dataset;
  }

  /** The last post that this reader has before them. */
  get after() {
    return Math.max(Number(this.words.after ?? 0), lastPosition(this.list));
  }

  get pollUrl() {
    return this.words.pollUrl ? withAfter(this.words.pollUrl, this.after) : null;
  }

  /** A newer state exists; the number of new replies is known from a poll, else asked for. */
  async heard(version, replies) {
    if (!(version > this.version)) return; // also where nothing was heard
    if (this.kind === "topic" && replies === null && this.pollUrl) replies = await this.count();
    this.newest = version;
    if (this.kind === "topic" && !replies) {
      this.version = version; // an edit or a reaction: nothing to append
      return;
    }
    this.offer(replies);
  }

  async count() {
    try {
      const response = await get(this.pollUrl);
      return response.ok ? (await response.json()).new_replies : 1;
    } catch {
      return 1;
    }
  }

  offer(replies) {
    const text = replies > 1 ? this.words.wordMany.replace("{n}", replies) : this.words.wordOne;
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
    if (this.kind !== "topic" || !this.words.fragmentUrl) {
      location.reload();
      return;
    }
    this.button.setAttribute("aria-busy", "true");
    try {
      const response = await get(withAfter(this.words.fragmentUrl, this.after), "text/html");
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
