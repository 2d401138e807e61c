// Cells as Markdown. What browsers offer beside them is looked at in tests/journey/test_composing.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isCells, readTabs, spread, toMarkdown, trim } from "../../static/js/tables.js";

const cell = (text, across = 1, down = 1) => ({ text, across, down });

test("tab-separated text is read as Excel writes it", () => {
  assert.deepEqual(readTabs("a\tb\r\nc\td\r\n"), [["a", "b"], ["c", "d"]]);
  assert.deepEqual(readTabs('"一行目\n二行目"\tb\n"1 "" 2\n"\td\n'), [["一行目\n二行目", "b"], ['1 " 2\n', "d"]]);
  assert.deepEqual(readTabs('"引用"\tb'), [['"引用"', "b"]]);
  assert.deepEqual(readTabs('5" の管\t"開いたまま\nc\td'), [['5" の管', '"開いたまま'], ["c", "d"]]);
  assert.deepEqual(readTabs("a\t\t\n\tb\t"), [["a", "", ""], ["", "b", ""]]);
  assert.deepEqual(readTabs(""), [[""]]);
});

test("bare text is cells only where nothing else can be meant", () => {
  assert.ok(isCells(readTabs("品名\t数\nねじ\t3")));
  assert.ok(!isCells(readTabs("品名\t数")), "one line");
  assert.ok(!isCells(readTabs("一\n二\n三")), "no tabs");
  assert.ok(!isCells(readTabs("a\tb\nc")), "ragged");
  assert.ok(!isCells(readTabs("\tif x:\n\tpass")), "indented code");
});

test("a merged cell stands once, and what it covers is blank", () => {
  assert.deepEqual(spread([[cell("地域", 1, 2), cell("売上", 2)], [cell("春"), cell("夏")], [cell("東"), cell("1"), cell("2")]]), [
    ["地域", "売上", ""],
    ["", "春", "夏"],
    ["東", "1", "2"],
  ]);
  assert.equal(spread([[cell("a", 16_384, 1_000_000)]])[0].length, 31);
});

test("blank rows and columns at the end are dropped, ragged rows filled up, breaks become spaces", () => {
  assert.deepEqual(trim([["a", "", ""], ["一\n二", "b "], ["", "", ""], [" "]]), [["a", ""], ["一 二", "b"]]);
  assert.deepEqual(trim([["", ""], [" "]]), []);
  assert.deepEqual(trim([["東京　本社"]]), [["東京　本社"]], "a full-width space is kept");
});

test("the first row is the heading, and numbers stand at the right", () => {
  const grid = [["品名", "数", "型番", "割合"], ["ねじ", "1,200", "007", "12.5%"], ["ばね", "-3", "010", ""]];
  assert.equal(
    toMarkdown(grid),
    "| 品名 | 数 | 型番 | 割合 |\n| --- | ---: | --- | ---: |\n| ねじ | 1,200 | 007 | 12.5% |\n| ばね | -3 | 010 |  |",
  );
});

test("what would end a cell is escaped", () => {
  assert.equal(toMarkdown([["a|b", "c\\|d"]]), "| a\\|b | c\\\\\\|d |\n| --- | --- |");
  assert.equal(toMarkdown([["`x", "`y`"]]), "| \\`x | `y` |\n| --- | --- |");
});
