// Changing what stands in a text field as if it had been typed, so that undo works; nothing is cut off silently.
import { say } from "./toasts.js";

const BY_HAND = new Set(["insertFromPaste", "insertFromDrop", "insertFromYank"]);

let pushing = false; // what is put in now pushes on every anchor that stands at its very place
const anchors = new Set();

/** Put text in the place of what stands between two positions; the caret ends up behind it. One step for undo. */
export function replaceText(field, start, end, text) {
  if (document.activeElement === field) {
    field.setSelectionRange(start, end);
    if (text ? document.execCommand("insertText", false, text) : document.execCommand("delete")) return;
  }
  // Somebody writes elsewhere, or the field is hidden: it takes nobody's focus away.
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Characters as the server counts them: an emoji is fewer than the browser says. */
const count = (text) => [...text].length;

/**
 * How many characters a field takes; -1: any number. Fields that are written in have no maxlength: with one the browser
 * cuts what is typed, in the midst of an emoji too. The server says what is too long.
 */
export const mostOf = (field) => Number(field.dataset.max ?? field.maxLength ?? -1);

/** Whether so much text may stand in the place of what is between two positions; if not, say so. */
export function fits(field, text, start = field.selectionStart, end = field.selectionEnd) {
  const most = mostOf(field);
  if (most < 0) return true;
  const left = most - count(field.value) + count(field.value.slice(start, end));
  const length = count(field.localName === "input" ? text.replace(/[\r\n]/g, "") : text.replace(/\r\n/g, "\n"));
  if (length <= left) return true;
  const number = (n) => n.toLocaleString(document.documentElement.lang);
  const sentence = document.body.dataset.wordTooLong;
  say(sentence.replace("{most}", number(most)).replace("{left}", number(Math.max(0, left))), "error");
  return false;
}

/** A place in a field that stays where it is in the text while the text around it is edited. */
export class Anchor {
  constructor(field) {
    this.field = field;
    this.at = field.selectionEnd;
    this.seen = field.value;
    this.follow = () => this.#follow();
    field.addEventListener("input", this.follow);
    anchors.add(this);
  }

  /** Put text there; the anchor then stands behind it, and the caret where it was. */
  insert(text) {
    const { field, at } = this;
    const { selectionStart: start, selectionEnd: end, scrollTop } = field;
    const moved = (position) => (position >= at ? position + text.length : position);
    pushing = true;
    replaceText(field, at, at, text);
    pushing = false;
    field.setSelectionRange(start === end ? moved(start) : start + (start >= at ? text.length : 0), moved(end));
    field.scrollTop = scrollTop;
  }

  leave() {
    this.field.removeEventListener("input", this.follow);
    anchors.delete(this);
  }

  #follow() {
    const before = this.seen;
    const now = (this.seen = this.field.value);
    // The change ends at the caret; where it does not (undo), what is the same at the end tells.
    let tail = now.slice(this.field.selectionEnd);
    if (!before.endsWith(tail)) tail = now.slice(now.length - sameEnd(before, now));
    const end = before.length - tail.length;
    const start = Math.min(sameStart(before, now), end, now.length - tail.length);
    if (start > this.at || (start === this.at && !(pushing && end === start))) return;
    this.at = end <= this.at ? this.at + now.length - before.length : start;
  }
}

function sameStart(one, other) {
  let n = 0;
  while (n < one.length && n < other.length && one[n] === other[n]) n += 1;
  return n;
}

function sameEnd(one, other) {
  let n = 0;
  while (n < one.length && n < other.length && one.at(-1 - n) === other.at(-1 - n)) n += 1;
  return n;
}

/** Browsers cut what is too long for a field without a word: here it stays out, and a sentence says so. */
export function startLimits() {
  document.addEventListener("beforeinput", (event) => {
    const field = event.target;
    if (!BY_HAND.has(event.inputType) || mostOf(field) < 0) return;
    const text = event.data ?? event.dataTransfer?.getData("text/plain") ?? "";
    if (!fits(field, text)) event.preventDefault();
  });
}
