// Where in a Markdown text a position lies, as far as writing needs to know: in code, in a quotation, in a table.
// Follows community/text; tests/js/mention_cases.json holds both to the same answers.
const CODE_INDENT = 4;
const FENCE = /^(?:(`{3,})[^`]*|(~{3,}).*)$/;
const MARKER = /^(?:[-+*]|\d{1,9}[.)])(?:[ \t]+|$)/;
const BLANK = /^[ \t]*$/; // a full-width space is text
const HEADING = /^#{1,6}(?:[ \t]|$)/;

const width = (space) => [...space].reduce((at, sign) => (sign === "\t" ? at + 4 - (at % 4) : at + 1), 0);
const indentOf = (line) => width(line.match(/^[ \t]*/)[0]);

/** Reads line after line and knows what each belongs to. */
class Blocks {
  lists = []; // the columns at which the items around the line have their text
  fence = null;
  paragraph = false; // one is open: a line that is set in goes on with it
  quote = false; // the open paragraph is quoted, and lines without ">" go on with it

  /** "code", "quote" or "text"; `fresh`: a new run of text begins with this line, no code span reaches into it. */
  read(line) {
    const indent = indentOf(line);
    const blank = BLANK.test(line);
    if (this.fence && (blank || indent >= this.fence.column)) return this.#inFence(line);
    this.fence = null;
    if (blank) {
      this.paragraph = this.quote = false;
      return { kind: "text", fresh: true };
    }
    while (this.lists.length && indent < this.lists.at(-1)) this.lists.pop();
    return this.#open(line.replace(/^[ \t]+/, ""), indent);
  }

  #inFence(line) {
    const { sign, length, column } = this.fence;
    const text = line.trim();
    if (text.length >= length && indentOf(line) < column + CODE_INDENT && text === sign.repeat(text.length)) this.fence = null;
    return { kind: "code", fresh: true };
  }

  #open(line, indent) {
    let text = line;
    let column = indent;
    let base = this.lists.at(-1) ?? 0;
    let fresh = false;
    for (;;) {
      if (column - base >= CODE_INDENT && !this.paragraph) return { kind: "code", fresh: true };
      if (text.startsWith(">") && column - base < CODE_INDENT) {
        this.paragraph = this.quote = Boolean(text.replace(/^[> \t]+/, ""));
        return { kind: "quote", fresh: true };
      }
      const fence = column - base < CODE_INDENT && text.match(FENCE);
      if (fence) {
        this.fence = { sign: text[0], length: (fence[1] ?? fence[2]).length, column: base };
        this.paragraph = this.quote = false;
        return { kind: "code", fresh: true };
      }
      const marker = text.match(MARKER);
      if (!marker) break;
      base = column += width(marker[0]);
      this.lists.push(base);
      this.paragraph = this.quote = false;
      fresh = true;
      text = text.slice(marker[0].length);
      if (!text) return { kind: "text", fresh };
    }
    if (HEADING.test(text)) {
      this.paragraph = this.quote = false;
      return { kind: "text", fresh: true };
    }
    if (this.quote) return { kind: "quote", fresh };
    fresh ||= !this.paragraph;
    this.paragraph = true;
    return { kind: "text", fresh };
  }
}

/** What lies at the position: {code, quote, table}, each true or false. */
export function placeAt(text, position) {
  const blocks = new Blocks();
  const lineEnd = text.indexOf("\n", position) < 0 ? text.length : text.indexOf("\n", position);
  let at = 0;
  let run = 0; // where the run of text around the position begins
  let kind = "text";
  for (const line of `${text.slice(0, position)}@`.split("\n")) { // the sign: the last line is none of blanks alone
    const read = blocks.read(line);
    kind = read.kind;
    if (read.fresh) run = at;
    at += line.length + 1;
  }
  const lineStart = text.lastIndexOf("\n", position - 1) + 1;
  const below = text.slice(lineEnd).search(/\n[ \t]*(?:\n|[-+*>]|\d+[.)]|#|```|~~~|$)/);
  const end = below < 0 ? text.length : lineEnd + below;
  return {
    code: kind === "code" || (kind === "text" && inSpan(text.slice(run, end), position - run, lineStart - run)),
    quote: kind === "quote",
    table: /^[ \t]*\|/.test(text.slice(lineStart, lineEnd)),
  };
}

/** Whether the position is in a code span, or in one that the line's writer has opened and is still to close. */
function inSpan(text, position, lineStart) {
  const signs = /\\*(`+)/g;
  for (let open = signs.exec(text); open && open.index < position; open = signs.exec(text)) {
    const escaped = (open[0].length - open[1].length) % 2;
    const length = open[1].length - escaped;
    if (!length) continue;
    const from = signs.lastIndex;
    const close = new RegExp(`(?<!\`)\`{${length}}(?!\`)`, "g");
    close.lastIndex = from;
    const closed = close.exec(text);
    if (closed ? from <= position && position <= closed.index : from <= position && from >= lineStart) return true;
    if (closed) signs.lastIndex = closed.index + length;
  }
  return false;
}
