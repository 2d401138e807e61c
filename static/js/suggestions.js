// A list beside the caret to choose from, while the focus stays in the field: the listbox pattern of ARIA.
// The field stays a text box of several lines; a combobox would be announced as one line.
import { placeOnScreen } from "./caret.js";
import { isComposing } from "./ime.js";

const GAP = 4; // pixels between the list and the line or the window's edge
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export class Suggestions {
  isStale = false; // the text went on, and the list that fits it is still to come
  isWanted = false; // Enter was pressed meanwhile: the first of that list is meant

  constructor(field, { label, announce, choose, dismiss }) {
    Object.assign(this, { field, announce, choose, dismiss });
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = `${field.id}-suggestions`;
    this.list.popover = "manual"; // above everything: the dock would cut it off
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", label);
    this.said = document.createElement("p");
    this.said.className = "sr-only";
    this.said.setAttribute("role", "status");
    field.after(this.list, this.said);
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("keydown", (event) => this.#press(event));
    field.addEventListener("blur", () => this.close());
    // A press on the list takes the focus away otherwise, and the phone's keyboard with it.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.#take(event.target.closest("[role=option]")));
    const place = () => this.isOpen && this.#place();
    for (const [where, what] of [[window, "scroll"], [window, "resize"], [field, "scroll"]]) where.addEventListener(what, place);
    globalThis.visualViewport?.addEventListener("resize", place);
  }

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  /** The text has changed: nobody is to be chosen from a list that was made for another. */
  expectOthers() {
    this.isStale = true;
    this.isWanted = false;
  }

  /** Show these options, elements of which each has a `data-value`; `position`: of the text that they complete. */
  show(options, position) {
    if (!options.length) return this.close();
    const isWanted = this.isWanted;
    this.isStale = this.isWanted = false;
    this.position = position;
    options.forEach((option, n) => {
      option.id = `${this.list.id}-${n}`;
      option.setAttribute("role", "option");
    });
    this.list.replaceChildren(...options);
    if (!this.isOpen) this.list.showPopover();
    this.field.setAttribute("aria-controls", this.list.id);
    this.#select(0);
    this.#place();
    this.said.textContent = this.announce(this.list.childElementCount);
    if (isWanted) this.#take(this.list.firstElementChild);
  }

  close() {
    this.isStale = this.isWanted = false;
    if (!this.isOpen) return;
    this.list.hidePopover();
    this.list.replaceChildren();
    this.said.textContent = "";
    for (const name of ["aria-controls", "aria-activedescendant"]) this.field.removeAttribute(name);
  }

  #select(index) {
    const { children } = this.list;
    this.index = (index + children.length) % children.length;
    [...children].forEach((option, n) => option.setAttribute("aria-selected", String(n === this.index)));
    this.field.setAttribute("aria-activedescendant", children[this.index].id);
  }

  #press(event) {
    if (!this.isOpen || isComposing(event) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key in STEPS) this.#select(this.index + STEPS[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") this.#confirm();
    else if (event.key === "Escape") {
      this.close();
      this.dismiss();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #confirm() {
    if (this.isStale) this.isWanted = true;
    else this.#take(this.list.children[this.index]);
  }

  #take(option) {
    if (!option) return;
    const { value } = option.dataset;
    this.close();
    this.choose(value);
  }

  /** Below the line where there is room, else above it; never behind the phone's keyboard or the bar of tabs. */
  #place() {
    const { list, field } = this;
    const line = placeOnScreen(field, this.position);
    const view = globalThis.visualViewport;
    const bar = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--tabbar")) || 0;
    const keyboard = view && view.height < innerHeight - bar;
    const end = keyboard ? view.offsetTop + view.height : innerHeight - bar;
    // As many as fit, without scrolling: who does not see the one that is meant types another letter.
    const room = Math.max(line.top - (view?.offsetTop ?? 0), end - line.bottom) - 2 * GAP;
    while (list.offsetHeight > room && list.childElementCount > 1) list.lastElementChild.remove();
    if (this.index >= list.childElementCount) this.#select(0);
    const { offsetHeight: height, offsetWidth: width } = list;
    const below = line.bottom + GAP + height <= end;
    list.style.top = `${below ? line.bottom + GAP : Math.max(GAP, line.top - GAP - height)}px`;
    list.style.left = `${Math.max(GAP, Math.min(line.left, document.documentElement.clientWidth - width - GAP))}px`;
  }
}
