// Where in a Markdown text a position lies, as far as writing needs to know: in code, in a quotation, in a table.
// Follows community/text; tests/js/mention_cases.json holds both to the same answers.
const CODE_INDENT = 4;
const SUB_POINT_INDENT = 2;
const FENCE = /^(?:(`{3,})[^`]*|(~{3,}).*)$/;
const BANNER = /^~.*~[ \t]*$/;
const BULLET = /^([-+*])(?=[ \t]|$)/;
const NUMBER = /^(\d{1,9})([.)])(?=[ \t]|$)/;
const RULE = /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const UNDERLINE = /^=+[ \t]*$/;
const HEADING = /^#{1,6}(?:[ \t]|$)/;
const DELIMITERS = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
const BLANKS = /^[ \t]*/; // a full-width space is text

/** What is left of a line, and the column in which it stands. */
class Line {
  column = 0;

  constructor(text) {
    this.#set(text);
  }

  #set(text) {
    this.text = text;
    const blanks = text.match(BLANKS)[0];
    this.words = text.slice(blanks.length);
    const end = [...blanks].reduce((at, sign) => (sign === "\t" ? at + 4 - (at % 4) : at + 1), this.column);
    this.indent = end - this.column;
  }

  /** Drop so many columns of white space; of a tab that reaches further, spaces remain. */
  skip(columns) {
    const rest = this.indent - Math.min(columns, this.indent);
    this.column += this.indent - rest;
    this.#set(" ".repeat(rest) + this.words);
  }

  /** Drop the white space in front and so many signs after it. */
  drop(signs) {
    this.column += this.indent + signs;
    this.#set(this.words.slice(signs));
  }
}

/** Reads line after line: `open` are the quotations and items that the next line may continue, `leaf` is what holds text. */
class Blocks {
  open = [];
  leaf = null;

  /** "code", "quote" or "text"; `fresh`: a new run of text begins with this line, no code span reaches into it. */
  read(typed) {
    const line = new Line(typed);
    let matched = 0;
    while (matched < this.open.length && goesOn(this.open[matched], line)) matched += 1;
    const whole = matched === this.open.length;
    if (whole && this.leaf?.kind === "fence") return this.#inFence(line);
    if (whole && this.leaf?.kind === "code" && (!line.words || line.indent >= CODE_INDENT)) return this.#answer("code");
    if (!line.words) {
      this.#close(matched);
      return this.#answer("text");
    }
    return this.#open(line, matched, whole);
  }

  #inFence(line) {
    const { sign, length } = this.leaf;
    const text = line.words.trimEnd();
    if (text.length >= length && line.indent < CODE_INDENT && text === sign.repeat(text.length)) this.leaf = null;
    return this.#answer("code");
  }

  #open(line, matched, whole) {
    let tip = this.leaf; // a paragraph that the line may go on with, also a lazy one
    let leaf = whole ? this.leaf : null;
    while (line.words && line.indent < CODE_INDENT) {
      const container = this.#container(line, leaf);
      if (!container) break;
      this.#add(matched, container.list ?? { kind: "quote" });
      this.open.push(container);
      matched = this.open.length;
      tip = leaf = null;
    }
    if (!line.words) return this.#answer("text");
    if (line.indent >= CODE_INDENT) {
      if (tip?.kind !== "paragraph" && leaf?.kind !== "table") return this.#leaf(matched, { kind: "code" }, "code");
    } else {
      const isBanner = BANNER.test(line.words) && /[^\x00-\x7f]/.test(line.words); // ~~~重要~~~
      const fence = !isBanner && line.words.match(FENCE);
      if (HEADING.test(line.words)) return this.#leaf(matched, null);
      if (fence) return this.#leaf(matched, { kind: "fence", sign: line.words[0], length: (fence[1] ?? fence[2]).length }, "code");
      if (leaf?.kind === "paragraph" && UNDERLINE.test(line.words) && !UNDERLINE.test(leaf.first)) return this.#leaf(matched, null);
      if (RULE.test(line.words)) return this.#leaf(matched, null);
      if (leaf?.kind === "paragraph" && beginsTable(leaf.last, line.words)) return this.#leaf(matched, { kind: "table" });
    }
    if (tip?.kind === "paragraph") {
      tip.last = line.words;
      return this.#answer("text", false);
    }
    if (leaf?.kind === "table" && line.words.includes("|")) return this.#answer("text");
    return this.#leaf(matched, { kind: "paragraph", first: line.words, last: line.words });
  }

  /** The quotation or item that begins here, taken off the line. */
  #container(line, leaf) {
    if (line.words[0] === ">") {
      line.drop(1);
      line.skip(1);
      return { kind: "quote" };
    }
    const marker = !RULE.test(line.words) && (line.words.match(BULLET) ?? line.words.match(NUMBER));
    if (!marker) return null;
    const isNumber = marker.length > 2;
    const isEmpty = !line.words.slice(marker[0].length).trim();
    if (leaf?.kind === "paragraph" && (isEmpty || (isNumber && marker[1] !== "1"))) return null;
    const indent = line.indent;
    line.drop(marker[0].length);
    const width = line.words && line.indent <= CODE_INDENT ? line.indent : 1;
    line.skip(width);
    const size = indent + marker[0].length + width;
    const list = { kind: "list", isNumber, sign: marker.at(-1) };
    return { kind: "item", isNumber, indent, size, inset: size, last: null, list };
  }

  #leaf(matched, leaf, kind = "text") {
    this.#add(matched, leaf ?? { kind: "line" });
    this.leaf = leaf;
    return this.#answer(kind);
  }

  #add(matched, child) {
    this.#close(matched);
    const parent = this.open.at(-1);
    if (parent) parent.last = child;
  }

  #close(matched) {
    this.open.length = matched;
    this.leaf = null;
  }

  #answer(kind, fresh = true) {
    return { kind: kind === "text" && this.open.some((each) => each.kind === "quote") ? "quote" : kind, fresh };
  }
}

/** Whether the line belongs to an open quotation or item as well; what says so is taken off it. */
function goesOn(block, line) {
  if (block.kind === "quote") {
    if (line.indent >= CODE_INDENT || line.words[0] !== ">") return false;
    line.drop(1);
    line.skip(1);
    return true;
  }
  if (!line.words) return block.last !== null;
  if (line.indent < block.size) {
    if (!isSubPoint(block, line)) return false;
    block.inset = Math.min(block.inset, line.indent);
  }
  line.skip(block.inset);
  return true;
}

/** Whether the line is set in less than the item's text and yet stands in it, as in community/text/blocks.py. */
function isSubPoint({ isNumber, indent, size, inset, last }, line) {
  if (!isNumber || line.indent < indent + SUB_POINT_INDENT) return false;
  const isSetIn = inset < size && line.indent >= inset;
  if (last?.kind === "fence" || last?.kind === "code") return isSetIn;
  if (isSetIn && last?.kind === "list" && line.indent >= inset + SUB_POINT_INDENT) return true;
  const bullet = BULLET.test(line.words);
  const number = line.words.match(NUMBER);
  if ((!bullet && !number) || RULE.test(line.words)) return isSetIn;
  return bullet || Number(number[1]) === 1 || Boolean(last?.kind === "list" && last.isNumber && last.sign === number[2]);
}

function beginsTable(head, delimiters) {
  const cells = (row) => row.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).length;
  return `${head}${delimiters}`.includes("|") && DELIMITERS.test(delimiters) && cells(head) === cells(delimiters);
}

/** What lies at the position: {code, quote, table}, each true or false. */
export function placeAt(text, position) {
  const blocks = new Blocks();
  const lineStart = text.lastIndexOf("\n", position - 1) + 1;
  const lineEnd = text.indexOf("\n", position) < 0 ? text.length : text.indexOf("\n", position);
  let at = 0;
  let run = 0; // the run of text around the position: from here
  let end = 0; // to here
  let kind = "text";
  for (const line of text.split("\n")) {
    // The sign: the line of the position is none of blanks alone, and no banner.
    const read = blocks.read(at === lineStart ? `${text.slice(at, position)}@${text.slice(position, lineEnd)}` : line);
    if (at > lineStart && (read.fresh || read.kind === "code")) break;
    if (at <= lineStart) {
      kind = read.kind;
      if (read.fresh) run = at;
    }
    end = at + line.length;
    at = end + 1;
  }
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
