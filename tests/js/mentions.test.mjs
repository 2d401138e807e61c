// Where the list of names opens, what is asked for, and what is put in.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { mentionAt, mentionText } from "../../static/js/mention_rule.js";

const cases = JSON.parse(readFileSync(new URL("./mention_cases.json", import.meta.url)));

for (const { text, after = "", mention } of cases) {
  test(`${mention ? "a list" : "no list"} for ${JSON.stringify(text + after)}`, () => {
    assert.equal(mentionAt(text + after, text.length) !== null, mention);
  });
}

for (const typed of ["佐伯", "さえき", "サエキ", "ｻｴｷ", "ﾍﾞｯﾌﾟ", "佐々木", "佐伯みさき", "佐伯 みさき", "佐伯　みさき", "ｓａｅ", "sae-ki_1"]) {
  test(`people can be asked for as ${typed}`, () => {
    assert.deepEqual(mentionAt(`はい、@${typed}`, 4 + typed.length), { start: 3, end: 4 + typed.length, typed });
  });
}

for (const text of ["@", "@ 佐伯", "@sae ", "@sae さん", "@佐伯 ", "@佐伯、", "@佐伯\n", "@佐伯 みさき さん", `@${"あ".repeat(33)}`, "メール"]) {
  test(`nobody is asked for at the end of ${JSON.stringify(text)}`, () => assert.equal(mentionAt(text, text.length), null));
}

const opens = (text) => mentionAt(text, text.length) !== null;

test("a code span that is being written opens no list, also before it is closed", () => {
  assert.ok(!opens("実行は `npm i @sc"));
  assert.ok(opens("` だけの行\n@sae"));
  assert.ok(opens("\\`@sae"));
});

test("code inside a list ends with the list", () => {
  assert.ok(!opens("- a\n  ```\n  @sae"));
  assert.ok(opens("- a\n  ```\n  x\n\nb @sae"));
  assert.ok(opens("- a\n    @sae"));
});

for (const [following, put] of [
  ["", "@saeki "],
  ["\n次", "@saeki "],
  ["abc", "@saeki "],
  ["-1", "@saeki "],
  [".jp", "@saeki "],
  [" 次", "@saeki"],
  ["　次", "@saeki"],
  ["さん", "@saeki"],
  ["。", "@saeki"],
]) {
  test(`a handle before ${JSON.stringify(following)} is put in as ${JSON.stringify(put)}`, () => {
    assert.equal(mentionText("saeki", following), put);
  });
}
