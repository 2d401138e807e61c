// Pasting: cells become a table, words stay words, and a picture is sent only where it comes alone.
import { readClipboard } from "./clipboard.js";
import { fits, mostOf, replaceText } from "./editing.js";
import { placeAt } from "./markdown_place.js";
import { isCells, MOST_COLUMNS, readTabs, toMarkdown, trim } from "./tables.js";

/** Whether a field takes so much at all: what it does not is not looked at for cells. */
const fitsAtAll = (field, text) => mostOf(field) < 0 || text.length <= mostOf(field);

/** The table with the empty lines around it without which it would be read as part of the text. */
function asBlock(table, before, after) {
  const above = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const below = after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  return above + table + below;
}

/** What the cells are to be put in as: {text, isTable, isWide}. */
function written(grid, plain, { code, table }) {
  if (!grid || code || table) return { text: plain };
  const cells = trim(grid);
  if (!cells.length) return { text: plain };
  if (cells.length === 1 && cells[0].length === 1) {
    const alone = readTabs(plain);
    return { text: alone.length === 1 && alone[0].length === 1 ? alone[0][0] : cells[0][0] };
  }
  if (cells[0].length > MOST_COLUMNS) return { text: plain, isWide: true };
  return { text: toMarkdown(cells), isTable: true };
}

export function startPaste(composer, sendFiles) {
  const { field, words } = composer;

  function put(start, end, text) {
    if (!fits(field, text, start, end)) return false;
    replaceText(field, start, end, text);
    return true;
  }

  function putTable(table, plain) {
    const { value, selectionStart: start, selectionEnd: end } = field;
    const text = asBlock(table, value.slice(0, start), value.slice(end));
    if (!put(start, end, text)) return;
    composer.offer(words.table, words.astext, () => {
      if (field.value.slice(start, start + text.length) === text) put(start, start + text.length, plain);
    });
  }

  field.addEventListener("paste", (event) => {
    const { text, grid, files, isPlain, isBare } = readClipboard(event.clipboardData);
    if (files.length) {
      event.preventDefault();
      sendFiles(files);
      return;
    }
    // What does not fit as it is would not fit as a table.
    const rows = isPlain && fitsAtAll(field, text) ? readTabs(text) : [[]];
    const cells = grid ?? (isCells(rows) ? rows : null);
    const place = placeAt(field.value, field.selectionStart);
    const { text: shown, isTable, isWide } = written(cells, text, place);
    if (isWide) composer.progress(words.widetable.replace("{most}", MOST_COLUMNS));
    if (!isTable && !isBare && shown === text) return; // the browser does it, as everywhere
    event.preventDefault();
    if (isTable) putTable(shown, text);
    else put(field.selectionStart, field.selectionEnd, shown);
  });
}
