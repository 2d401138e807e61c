// Which addresses are asked in rounds while there is no socket, and when that ends.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const BELL = "/notifications/count";
let asked = [];
let answers = {};
globalThis.document = { hidden: false };
globalThis.fetch = (url) => {
  asked.push(url);
  const answer = answers[url];
  if (typeof answer === "number") return Promise.resolve({ ok: false, status: answer });
  return answer ? Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve(answer) }) : Promise.reject(new Error("no network"));
};
const { Poller } = await import("../../static/js/poller.js");

const makeSlot = (pollUrl) => ({ pollUrl, news: [], heard(news) { this.news.push(news); }, polling(on) { this.isPolling = on; } });

async function poll(slots, bellUrl, rounds = 2) {
  const poller = new Poller(slots, bellUrl, () => {});
  poller.start();
  for (let round = 0; round < rounds; round += 1) await poller.ask();
  const goesOn = poller.clock !== null;
  poller.stop();
  return goesOn;
}

beforeEach(() => {
  asked = [];
  answers = {};
});

for (const status of [403, 404, 410]) {
  test(`a page that answers ${status} is asked no more`, async () => {
    const slot = makeSlot("/notes/7/updates");
    answers = { [slot.pollUrl]: status };
    const goesOn = await poll([slot], undefined, 5);
    assert.deepEqual([goesOn, slot.isPolling, slot.news], [false, false, []]);
    assert.equal(asked.length, 2); // of the start and of the first round, which do not wait for each other
    const before = asked.length;
    const poller = new Poller([slot], undefined, () => {});
    await poller.ask();
    poller.start(); // the socket's errors start it again and again
    assert.deepEqual([poller.clock, asked.length], [null, before + 1]);
  });
}

test("the bell is asked on a page that is gone, and what is there beside what is gone", async () => {
  const [gone, there] = [makeSlot("/notes/7/updates"), makeSlot("/notes/8/updates")];
  answers = { [gone.pollUrl]: 404, [there.pollUrl]: { version: 3 }, [BELL]: { unread: 1 } };
  assert.ok(await poll([gone, there], BELL));
  assert.ok(asked.filter((url) => url === there.pollUrl).length > 1);
  assert.ok(asked.filter((url) => url === BELL).length > 1);
  assert.deepEqual(there.news[0], { version: 3 });
});

for (const [said, answer] of Object.entries({ "no network": null, "too many questions": 429, "a fault": 503, "no session": 401 })) {
  test(`after ${said} the next round asks again`, async () => {
    const slot = makeSlot("/notes/7/updates");
    answers = { [slot.pollUrl]: answer };
    assert.ok(await poll([slot], undefined));
    assert.ok(asked.length > 1);
  });
}
