// What a clipboard holds: words, cells, pictures or files. Spreadsheets and Word offer a picture beside their text.
import { spread } from "./tables.js";

const MOST_HTML = 5_000_000; // characters; a spreadsheet writes about a hundred for one of its cells' text
const BLOCKS = "p, div, li, tr, h1, h2, h3, h4, h5, h6";
const NEVER_READ = /<(style|script|title|head)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->|<(?:style|script)\b[\s\S]*$/gi;
// Their style is of no use here, and a page's security policy would have each one reported.
const STYLES = /\sstyle\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi;
const IS_HIDDEN = /<tr\b[^>]*\sstyle\s*=\s*(["'])[^"']*display:\s*none[^"']*\1[^>]*>[\s\S]*?<\/tr\s*>/gi;

const TAGS = /<[a-z][^>]*>/gi;

const parse = (html) => {
  const bare = html.replace(NEVER_READ, "").replace(IS_HIDDEN, "").replace(TAGS, (tag) => tag.replace(STYLES, ""));
  return new DOMParser().parseFromString(bare, "text/html").body;
};

function textOf(cell) {
  for (const end of cell.querySelectorAll("br")) end.replaceWith("\n");
  for (const block of cell.querySelectorAll(BLOCKS)) block.append("\n");
  return cell.textContent;
}

/** The grid of the one table that this HTML is, or null: an article with a table in it is an article. */
function gridOf(body) {
  const tables = body.querySelectorAll("table");
  if (tables.length !== 1) return null;
  const [table] = tables;
  const rest = body.cloneNode(true);
  rest.querySelector("table").remove();
  if (rest.textContent.trim()) return null;
  return spread(
    Array.from(table.rows, (row) =>
      Array.from(row.cells, (cell) => ({ text: textOf(cell), across: cell.colSpan, down: cell.rowSpan })),
    ),
  );
}

/** {file, isFolder} of all that is no text. */
export function filesOf(transfer) {
  const items = [...(transfer?.items ?? [])].filter((item) => item.kind === "file");
  if (!items.length) return Array.from(transfer?.files ?? [], (file) => ({ file, isFolder: false }));
  return items
    .map((item) => ({ file: item.getAsFile(), isFolder: item.webkitGetAsEntry?.()?.isDirectory ?? false }))
    .filter(({ file }) => file);
}

/** Whether a text says no more than what the files are called, or where they lie: a file manager puts it beside them. */
function namesOnly(text, files) {
  const names = files.map(({ file }) => file.name);
  return text.split(/[\r\n]+/).every((line) => {
    const last = line.trim().replace(/.*[/\\]/, "");
    let name = last;
    try {
      name = decodeURIComponent(last);
    } catch {
      // a per cent sign in a name
    }
    return !last || names.includes(name) || names.includes(last);
  });
}

/**
 * {text, grid, files, isPlain, isBare}: files only where there are no words, grid only where HTML says that the words are
 * cells. isPlain: there is no HTML, which could have said so; isBare: there is nothing else.
 */
export function readClipboard(transfer) {
  const files = filesOf(transfer);
  const plain = transfer.getData("text/plain");
  const html = transfer.getData("text/html");
  const body = html && html.length < MOST_HTML ? parse(html) : null;
  const words = body?.textContent.trim() ?? "";
  const picture = body?.querySelector("img")?.getAttribute("src");
  const isAddress = !words && picture && plain.trim() === picture; // a picture of a page, copied with where it lies
  const hasText = words || (plain.trim() && !isAddress && !(files.length && !html && namesOnly(plain, files)));
  if (files.length && !hasText) return { text: "", grid: null, files };
  const text = plain || (body ? textOf(body).trim() : "");
  return { text, grid: body && gridOf(body), files: [], isPlain: !html, isBare: !plain };
}
