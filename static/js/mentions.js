// @ and a few letters: people to choose from.
import { replaceText } from "./editing.js";
import { isBeingComposed } from "./ime.js";
import { mentionAt, mentionText } from "./mention_rule.js";
import { get } from "./net.js";
import { Suggestions } from "./suggestions.js";

const PAUSE = 120; // ms after the last key: the server is not asked for what is still being typed

function option({ name, handle, note }) {
  const item = document.createElement("li");
  item.dataset.value = handle;
  const parts = { b: name, span: `@${handle}`, small: note };
  for (const [tag, text] of Object.entries(parts)) {
    if (text) item.append(Object.assign(document.createElement(tag), { textContent: text }), " ");
  }
  return item;
}

/** Asks for people, each text once; what begins like a text that finds nobody finds nobody. */
class People {
  found = new Map();

  constructor(url) {
    this.url = url;
  }

  async named(text) {
    const key = text.normalize("NFKC").toLowerCase().replaceAll(" ", "");
    for (let length = 1; length < key.length; length += 1) if (this.found.get(key.slice(0, length))?.length === 0) return [];
    if (!this.found.has(key)) {
      const response = await get(`${this.url}?${new URLSearchParams({ q: text })}`);
      if (!response.ok) return [];
      this.found.set(key, await response.json());
    }
    return this.found.get(key);
  }
}

export function suggestPeople({ box, field, words }) {
  const people = new People(box.dataset.mentionUrl);
  let asked = 0; // the latest question: an earlier one that is answered later says nothing any more
  let timer;
  let dismissed = -1; // where the @ stands whose list was closed by hand

  const here = () => (field.selectionStart === field.selectionEnd ? mentionAt(field.value, field.selectionEnd) : null);
  const list = new Suggestions(field, {
    label: words.peoplelist,
    announce: (n) => words.people.replace("{n}", n),
    dismiss: () => (dismissed = here()?.start ?? -1),
    choose,
  });

  function choose(handle) {
    if (isBeingComposed(field)) {
      field.blur(); // ends the composition: what was composed is then text, to be replaced
      field.focus({ preventScroll: true });
    }
    const mention = here();
    if (!mention) return;
    const following = field.value.slice(mention.end);
    replaceText(field, mention.start, mention.end, mentionText(handle, following));
    if (/^[ 　]/.test(following)) field.setSelectionRange(field.selectionEnd + 1, field.selectionEnd + 1);
  }

  async function look() {
    const mention = here();
    const mine = (asked += 1);
    if (!mention || mention.start === dismissed) return list.close();
    const found = await people.named(mention.typed).catch(() => []);
    const now = here();
    if (mine !== asked || document.activeElement !== field || now?.start !== mention.start || now.typed !== mention.typed) return;
    list.show(found.map(option), mention.start);
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    const mention = here();
    if (mention?.start !== dismissed) dismissed = -1;
    if (!mention) {
      asked += 1;
      list.close();
    } else {
      list.expectOthers();
      timer = setTimeout(look, PAUSE);
    }
  });
  // The caret goes elsewhere by itself: the list is about another place.
  document.addEventListener("selectionchange", () => {
    if (list.isOpen && document.activeElement === field && here()?.start !== list.position) list.close();
  });
}
