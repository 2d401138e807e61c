// @ and a few letters: people to choose from.
import "../vendor/text-expander-element/bundle.js";
import { get } from "./net.js";

const MOST = 6; // names in the list

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
  list.append(...found.slice(0, MOST).map(option));
  return { matched: found.length > 0, fragment: list };
}

export function suggestPeople(box) {
  const expander = box.querySelector("text-expander");
  expander.addEventListener("text-expander-change", (event) => {
    const { key, provide, text } = event.detail;
    if (key === "@" && text) provide(people(box.dataset.mentionUrl, text));
  });
  expander.addEventListener("text-expander-value", (event) => {
    event.detail.value = event.detail.item.dataset.value;
  });
}
