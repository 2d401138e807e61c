// Parts of the page that are shown anew where they stand. An element with an id and data-part (its mark) is one; the
// server compares marks and gives those elements that look different by now (blueprints/live_parts.py).

const MOST = 100; // a page has some 30; the address that asks must stay below the server's 4094 characters

const all = () => [...document.querySelectorAll("[id][data-part]")];

export const hasParts = () => all().length > 0;

/** What the page shows, as the server reads it: "post-7.0a1b2c3d post-8.…". */
export const shownParts = () => all().slice(0, MOST).map((part) => `${part.id}.${part.dataset.part}`).join(" ");

/** Whether the reader has the focus within, or has marked some of its words. */
function isInUse(part) {
  const { activeElement } = document;
  const selection = getSelection();
  const isMarked = selection && !selection.isCollapsed && selection.containsNode(part, true);
  return isMarked || (part !== activeElement && part.contains(activeElement));
}

/** Of the parts in view the one nearest to the middle; one that changes only where there is no other. */
function findHeld(ids) {
  const middle = innerHeight / 2;
  const distance = ({ top, bottom }) => Math.max(top - middle, middle - bottom, 0);
  const seen = all()
    .map((part) => ({ part, box: part.getBoundingClientRect() }))
    .filter(({ box }) => box.height && box.bottom > 0 && box.top < innerHeight)
    .sort((a, b) => distance(a.box) - distance(b.box));
  return (seen.find(({ part }) => !ids.includes(part.id)) ?? seen[0])?.part;
}

/** Whatever is put in above: what the reader has before them stays where it is; at its very top the page does. */
function keepPlace(ids, change) {
  const held = scrollY > 0 ? findHeld(ids) : null;
  const before = held?.getBoundingClientRect().top;
  const { style } = document.documentElement;
  style.overflowAnchor = "none"; // else browsers that hold the place themselves would move the page twice
  change();
  const now = held && document.getElementById(held.id);
  if (now) scrollBy({ top: now.getBoundingClientRect().top - before, behavior: "instant" });
  requestAnimationFrame(() => (style.overflowAnchor = ""));
}

function put(id, html) {
  const old = document.getElementById(id);
  const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  if (!old || !fresh) return;
  const hadFocus = old === document.activeElement;
  old.replaceWith(fresh);
  if (!hadFocus) return;
  fresh.tabIndex = -1;
  fresh.focus({ preventScroll: true });
}

const waiting = new Map(); // by id, the newest HTML of parts that the reader uses at this moment

function putWhatMay() {
  const free = [...waiting].filter(([id]) => {
    const old = document.getElementById(id);
    return !old || !isInUse(old);
  });
  if (!free.length) return;
  for (const [id] of free) waiting.delete(id);
  keepPlace(free.map(([id]) => id), () => free.forEach(([id, html]) => put(id, html)));
}

/** Show these parts (HTML by id) anew: at once, or when the reader no longer uses the old ones. */
export function showParts(parts) {
  for (const [id, html] of Object.entries(parts ?? {})) waiting.set(id, html);
  putWhatMay();
}

/** Look again when the reader lets something go. */
export function startParts() {
  document.addEventListener("focusout", () => waiting.size && setTimeout(putWhatMay));
  document.addEventListener("selectionchange", () => waiting.size && putWhatMay());
}
