// @ and a few letters: people to choose from.
import "../vendor/text-expander-element/bundle.js";
import { get } from "./net.js";

const MOST = 8; // names in the list, as many as are sent
const GAP = 4; // pixels between the list and the line or the window's edge

function option(person) {
  const item = document.createElement("li");
  item.setAttribute("role", "option");
  item.dataset.value = `@${person.handle}`;
  const name = document.createElement("b");
  name.textContent = person.name;
  item.append(name, person.note ? `　${person.note}` : "");
  return item;
}

async function people(url, text) {
  const response = await get(`${url}?${new URLSearchParams({ q: text })}`);
  const found = response.ok ? await response.json() : [];
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.popover = "manual"; // above everything: the dock would cut it off
  list.append(...found.slice(0, MOST).map(option));
  return { matched: found.length > 0, fragment: list };
}

/** Above the line that is being written where there is no room below it. */
function keepInWindow(list, field) {
  const { top, bottom, right, height } = list.getBoundingClientRect();
  const bar = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--tabbar")) || 0;
  if (bottom > innerHeight - bar) {
    list.style.top = `${Math.max(0, top - height - parseFloat(getComputedStyle(field).lineHeight) - GAP)}px`;
  }
  if (right > innerWidth) list.style.left = `${Math.max(0, innerWidth - list.offsetWidth - GAP)}px`;
}

export function suggestPeople(box) {
  const expander = box.querySelector("text-expander");
  expander.addEventListener("text-expander-activate", () => {
    const list = expander.querySelector(".suggestions");
    list.showPopover();
    queueMicrotask(() => keepInWindow(list, expander.querySelector("textarea"))); // once the element has placed it
  });
  expander.addEventListener("text-expander-change", (event) => {
    const { key, provide, text } = event.detail;
    if (key === "@" && text) provide(people(box.dataset.mentionUrl, text));
  });
  expander.addEventListener("text-expander-value", (event) => {
    event.detail.value = event.detail.item.dataset.value;
  });
}
