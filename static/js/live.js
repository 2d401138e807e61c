// Live: the socket carries ids and versions, the page fetches the truth when it is pressed; nothing moves by itself.
import { io } from "../vendor/socket.io/socket.io.esm.min.js";
import { startParts } from "./live_parts.js";
import { LiveSlot } from "./live_slot.js";
import { Poller } from "./poller.js";

const PATIENCE = 5000; // ms to connect before the page asks by itself
const RETURN = 500; // ms before a connection that the server closed is made again

/** The channels to hear: the reader's own, and those of the places on this page. */
function wanted(slots) {
  const own = (document.querySelector("meta[name=live-channels]")?.content ?? "").split(/\s+/).filter(Boolean);
  return [...new Set([...own, ...slots.map((slot) => slot.channel)])];
}

/** The bell, here and in the title of the page. */
function showUnread(unread) {
  const bell = document.querySelector("#bell");
  const count = document.querySelector("#bell-count");
  if (!bell || !count || unread === undefined || unread === null) return;
  count.textContent = unread;
  count.hidden = !unread;
  bell.setAttribute("aria-label", bell.dataset.label.replace("{n}", unread));
}

function listen(socket, slots) {
  for (const event of new Set(slots.map((slot) => slot.event))) {
    socket.on(event, ({ id, version }) => {
      for (const slot of slots) if (slot.hears(event, id)) slot.heard({ version });
    });
  }
  let told = 0; // since this connection: what comes late says less than what is shown
  socket.on("connect", () => (told = 0));
  socket.on("notifications", (news) => {
    if (news.version <= told) return;
    told = news.version;
    showUnread(news.unread);
  });
}

export function startLive() {
  const slots = [...document.querySelectorAll("[data-live]")].map((element) => new LiveSlot(element));
  const poller = new Poller(slots, document.querySelector("#bell")?.dataset.pollUrl, showUnread);
  startParts();
  const socket = io({ transports: ["websocket"], timeout: PATIENCE });
  let retried = false;
  const late = setTimeout(() => poller.start(), PATIENCE);

  listen(socket, slots);
  socket.on("connect", () => {
    clearTimeout(late);
    poller.stop();
    socket.emit("join", wanted(slots), (answer) => {
      // Cut because this browser has got a new sign-in key, and back before its cookie had: once more, with the new one.
      if (!answer?.refused?.length || retried) return;
      retried = true;
      setTimeout(() => socket.disconnect().connect(), PATIENCE);
    });
    // What happened between the page's making and this moment would otherwise be missed.
    poller.ask();
  });
  socket.on("connect_error", () => poller.start());
  socket.on("disconnect", (reason) => {
    poller.start();
    // The server closes a connection when rights have changed; the client comes back and is judged anew.
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), RETURN);
  });
}
