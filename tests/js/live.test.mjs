// What a place that hears of news asks and shows. How parts are put on the page is looked at in tests/journey/test_live.py.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const asked = [];
let answers = [];
const parts = [{ id: "note-1", dataset: { part: "0a" } }, { id: "note-2", dataset: { part: "0b" } }];
globalThis.location = { href: "http://localhost/notes/7" };
globalThis.document = { querySelector: () => null, querySelectorAll: () => parts, documentElement: { style: {} } };
globalThis.fetch = (url) => {
  asked.push(new URL(url));
  const answer = answers.shift();
  if (typeof answer === "number") return Promise.resolve({ ok: answer < 300, redirected: answer === 200, status: answer });
  return answer ? Promise.resolve({ ok: true, json: () => Promise.resolve(answer) }) : Promise.reject(new Error("gone"));
};
const { LiveSlot } = await import("../../static/js/live_slot.js");

function slotOf(given) {
  const dataset = { live: "note:7", event: "note", version: "3", pollUrl: "/notes/7/updates", after: "2", ...given };
  const slot = new LiveSlot({ dataset, querySelector: () => null });
  slot.offered = [];
  slot.offer = (count) => slot.offered.push(count);
  return slot;
}

beforeEach(() => {
  asked.length = 0;
  answers = [];
});

test("a place hears its own channel's event only", () => {
  const slot = slotOf();
  assert.ok(slot.hears("note", 7));
  assert.ok(!slot.hears("note", 8));
  assert.ok(!slot.hears("topic", 7));
  assert.ok(slotOf({ live: "notes" }).hears("note", undefined));
});

test("a newer version is asked for with what the page shows; an older one is not", async () => {
  const slot = slotOf({ fragmentUrl: "/notes/7/new" });
  answers = [{ version: 5, new: 0, parts: {} }];
  await slot.heard({ version: 3 });
  assert.equal(asked.length, 0);
  await slot.heard({ version: 4 });
  assert.equal(asked[0].search, "?after=2&version=3&parts=note-1.0a+note-2.0b");
  assert.deepEqual([slot.version, slot.offered], [5, []]);
  await slot.heard({ version: 5 });
  assert.equal(asked.length, 1);
});

test("news that come while one asks wait for its answer", async () => {
  const slot = slotOf({ fragmentUrl: "/notes/7/new" });
  answers = [{ version: 6, new: 0, parts: {} }];
  await Promise.all([slot.heard({ version: 4 }), slot.heard({ version: 5 }), slot.heard({ version: 6 })]);
  assert.equal(asked.length, 1);
});

test("what is new is offered, and asked for no more parts until it changes again", async () => {
  const slot = slotOf({ fragmentUrl: "/notes/7/new" });
  answers = [{ version: 4, new: 2, parts: {} }];
  await slot.heard({ version: 4 });
  assert.deepEqual([slot.offered, slot.version, slot.shown], [[2], 3, 4]);
  assert.match(slot.pollUrl.search, /version=4/);
  await slot.heard({ version: 4, new: 2, parts: {} });
  assert.equal(asked.length, 1);
});

test("without an address for what is new, something new is offered", async () => {
  const figures = slotOf({ pollUrl: undefined });
  await figures.heard({ version: 4 });
  assert.deepEqual([figures.offered, figures.pollUrl], [[undefined], null]);
});

test("a page that only shows its parts anew asks for them, and offers nothing", async () => {
  const slot = slotOf();
  answers = [{ version: 4, new: 0, parts: {} }];
  await slot.heard({ version: 4 });
  assert.deepEqual([asked.length, slot.version, slot.offered], [1, 4, []]);
});

test("a page without parts and without a place for what is new is not asked: its reader loads it again", async () => {
  const there = parts.splice(0);
  const slot = slotOf();
  await slot.heard({ version: 4 });
  parts.push(...there);
  assert.deepEqual([asked.length, slot.offered], [0, [undefined]]);
});

for (const [said, status] of Object.entries({ "is gone": 404, "wants a sign-in": 200, "is closed": 403 })) {
  test(`of a page that ${said} nothing new is claimed`, async () => {
    const slot = slotOf({ fragmentUrl: "/notes/7/new" });
    answers = [status];
    await slot.heard({ version: 4 });
    assert.deepEqual([asked.length, slot.offered], [1, []]);
  });
}

for (const [said, answer] of Object.entries({ "no network": null, "too many questions": 429, "a fault": 503 })) {
  test(`after ${said} it is asked again`, async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const slot = slotOf({ fragmentUrl: "/notes/7/new" });
    answers = [answer, { version: 4, new: 2, parts: {} }];
    await slot.heard({ version: 4 });
    await slot.heard({ version: 5 });
    assert.deepEqual([asked.length, slot.offered], [1, []]); // one question waits, however much is heard
    document.hidden = true;
    context.mock.timers.runAll();
    await slot.turn;
    assert.equal(asked.length, 1); // nobody looks
    document.hidden = false;
    context.mock.timers.runAll();
    await slot.turn;
    assert.deepEqual([asked.length, slot.offered], [2, [2]]);
  });
}

test("what was offered and has been taken away since is offered no more", async () => {
  const slot = slotOf({ fragmentUrl: "/notes/7/new" });
  const status = { shown: ["button"], replaceChildren: (...shown) => (status.shown = shown) };
  Object.assign(slot, { status, button: { isConnected: true } });
  answers = [{ version: 4, new: 0, parts: {} }];
  await slot.heard({ version: 4 });
  assert.deepEqual([status.shown, slot.version], [[], 4]);
});
