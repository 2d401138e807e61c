// Where the list of names opens: wherever the server would see a mention once the handle is there.
// The rule is MENTION_RE in community/text/dialect.py; tests/js/mention_cases.json holds both to the same answers.
import { placeAt } from "./markdown_place.js";

// No letter or digit of any script (佐伯@tadokoro), no sign of an address or a path, no backslash, no second @.
const BEFORE = /(?:^|[^\p{L}\p{Nd}_\u0300-\u036f\u3099\u309a\u{e0100}-\u{e01ef}./+@＠\\-])$/u;
const WORD = "[\\p{L}\\p{M}\\p{Nd}_・-]{1,32}";
// A handle, or a name in any script; family and given name may stand apart.
const TYPED = new RegExp(`[@＠](${WORD}(?:[ 　]${WORD})?)$`, "u");
const ASCII_FIRST = /^[!-~]+[ 　]/;
const LONGEST = 70; // both words, the space and the sign
const IN_ADDRESS = /https?:\/\/[!-;=?-Z\\^-z|~]*$/;
const IN_LINK = /^[^[\]\n]*\]\(/;
const IN_TARGET = /\]\([^()\s]*$/;

/** What is being typed at the caret behind an @: {start, end, typed}, or null where no mention would stand. */
export function mentionAt(text, caret) {
  const match = TYPED.exec(text.slice(Math.max(0, caret - LONGEST), caret));
  if (!match || ASCII_FIRST.test(match[1])) return null;
  const start = caret - match[0].length;
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  // Two units: a sign outside the first plane is one character.
  if (!BEFORE.test(text.slice(Math.max(0, start - 2), start))) return null;
  if (IN_ADDRESS.test(line) || IN_TARGET.test(line) || IN_LINK.test(text.slice(caret))) return null;
  const { code, quote } = placeAt(text, start);
  return code || quote ? null : { start, end: caret, typed: match[1] };
}

/** The handle as it is put in: with a space where it would run into what follows or where somebody writes on. */
export function mentionText(handle, following) {
  if (/^[ 　]/.test(following)) return `@${handle}`;
  return /^(?:$|\n|[A-Za-z0-9_@＠.-])/.test(following) ? `@${handle} ` : `@${handle}`;
}
