// Asks the server in rounds for what is new, while there is no socket.
import { get } from "./net.js";

const ROUND = 10_000; // ms between two rounds
// No longer allowed, not found, gone for good. Whoever is only signed out (401) may sign in again in another tab.
const GONE = new Set([403, 404, 410]);

export class Poller {
  constructor(slots, bellUrl, showUnread) {
    this.slots = slots.filter((slot) => slot.pollUrl);
    this.bellUrl = bellUrl;
    this.showUnread = showUnread;
    this.clock = null;
  }

  start() {
    if (this.clock || !(this.slots.length || this.bellUrl)) return;
    for (const slot of this.slots) slot.polling(true);
    this.clock = setInterval(() => this.ask(), ROUND);
    this.ask();
  }

  stop() {
    clearInterval(this.clock);
    this.clock = null;
    for (const slot of this.slots) slot.polling(false);
  }

  async ask() {
    if (document.hidden) return;
    let unread;
    for (const slot of this.slots) {
      const news = await read(slot.pollUrl);
      if (news) slot.heard(news);
      else this.forget(slot);
      unread = news?.unread ?? unread;
    }
    // Not every page's own news counts what the bell shows.
    if (unread === undefined && this.bellUrl) {
      const news = await read(this.bellUrl);
      if (!news) this.bellUrl = null;
      unread = news?.unread;
    }
    this.showUnread(unread);
    if (!(this.slots.length || this.bellUrl)) this.stop();
  }

  /** Ask for this place no more: what it shows is gone. */
  forget(slot) {
    this.slots = this.slots.filter((other) => other !== slot);
    slot.polling(false);
  }
}

/** The server's answer at this address; null if it is gone; {} without an answer: the next round asks again. */
async function read(url) {
  try {
    const response = await get(url);
    if (GONE.has(response.status)) return null;
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}
