// Cells of a spreadsheet as a Markdown table.
export const MOST_COLUMNS = 30; // MAX_TABLE_COLUMNS in community/text/limits.py; a test holds both equal
const MOST_ROWS = 1_500; // MAX_LINES there: a cell that reaches further down is cut to it
const NUMBER = /^[-−+△▲]?[¥￥$€]?(?!0\d)[0-9０-９][0-9０-９,，.．]*[%％円]?$/;
// The full-width space stays: it was typed.
const SPACES = /[ \t\r\n\f\v\u00a0]+/g;

/** The cells of tab-separated text: Excel puts a cell of several lines in quotes and doubles those within. */
export function readTabs(text) {
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const rows = [[]];
  let at = 0;
  while (at <= source.length) {
    const quoted = quotedAt(source, at);
    const end = quoted ? quoted.end : nextSign(source, at);
    rows.at(-1).push(quoted ? quoted.text : source.slice(at, end));
    if (source[end] === "\n") rows.push([]);
    at = end + 1;
  }
  return rows;
}

function nextSign(source, at) {
  const found = source.slice(at).search(/[\t\n]/);
  return found < 0 ? source.length : at + found;
}

/** The cell in quotes that begins here. A cell that merely begins with a sign of quotation is none. */
function quotedAt(source, at) {
  if (source[at] !== '"') return null;
  const match = /"((?:[^"]|"")*)"(?=[\t\n]|$)/y;
  match.lastIndex = at;
  const found = match.exec(source);
  if (!found || !/[\t\n]|""/.test(found[1])) return null;
  return { text: found[1].replaceAll('""', '"'), end: match.lastIndex };
}

/** Whether bare text is certainly cells: two rows or more, each of the same two columns or more, and no indentation. */
export function isCells(rows) {
  const columns = rows[0].length;
  return rows.length > 1 && columns > 1 && rows.every((row) => row.length === columns) && rows.some((row) => row[0].trim());
}

/** Rows of {text, across, down} as a grid: a merged cell has its text once, the places it covers are blank. */
export function spread(rows) {
  const grid = rows.map(() => []);
  rows.forEach((row, y) => {
    let x = 0;
    for (const { text, across, down } of row) {
      while (grid[y][x] !== undefined) x += 1;
      const wide = Math.min(across || 1, MOST_COLUMNS + 1);
      const high = Math.min(down || 1, rows.length - y, MOST_ROWS);
      for (let dy = 0; dy < high; dy += 1) for (let dx = 0; dx < wide; dx += 1) grid[y + dy][x + dx] = dx || dy ? "" : text;
      x += wide;
    }
  });
  return grid.map((row) => Array.from(row, (text) => text ?? ""));
}

/** Without blank rows and columns at the end; each row as long as the longest. */
export function trim(grid) {
  const bare = grid.map((row) => row.map((text) => text.replace(SPACES, " ").trim()));
  while (bare.length && bare.at(-1).every((text) => !text)) bare.pop();
  const last = (row) => row.findLastIndex((text) => text) + 1;
  const columns = bare.reduce((most, row) => Math.max(most, last(row)), 0);
  return bare.map((row) => Array.from({ length: columns }, (_, x) => row[x] ?? ""));
}

/** A trimmed grid as a table with its first row for the heading. Columns of numbers stand at the right. */
export function toMarkdown([head, ...body]) {
  const isNumber = (x) => body.some((row) => row[x]) && body.every((row) => !row[x] || NUMBER.test(row[x]));
  const rule = head.map((_, x) => (isNumber(x) ? "---:" : "---"));
  const lines = [head.map(escape), rule, ...body.map((row) => row.map(escape))];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** What would end the cell. A lone sign of code would otherwise find its partner in a cell further on. */
function escape(text) {
  const isOpen = text.replace(/`[^`|\\]+`/g, "").includes("`");
  const bare = isOpen ? text.replace(/(\\*)`/g, "$1$1\\`") : text;
  return bare.replace(/(\\*)\|/g, "$1$1\\|");
}
