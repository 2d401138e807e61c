// Writing: toolbar, pictures, pasting, names, preview, drafts. The form works without any of it.
import "../vendor/markdown-toolbar-element/index.js";
import { keepDrafts } from "./drafts.js";
import { suggestPeople } from "./mentions.js";
import { post } from "./net.js";
import { startPaste } from "./paste.js";
import { startUploads } from "./uploads.js";

class Composer {
  constructor(box) {
    this.box = box;
    this.form = box.closest("form");
    this.field = box.querySelector("textarea");
    this.words = Object.fromEntries(
      Object.entries(box.dataset)
        .filter(([name]) => name.startsWith("word"))
        .map(([name, text]) => [name.slice(4).toLowerCase(), text]),
    );
  }

  start() {
    const { box, form } = this;
    const sent = keepDrafts(form, {
      key: box.dataset.draftKey,
      url: box.dataset.draftUrl,
      words: this.words,
      say: (text) => this.status(text),
    });
    form.addEventListener("submit", sent);
    box.querySelector("[data-preview]")?.addEventListener("click", (event) => this.preview(event.currentTarget));
    if (box.dataset.uploadUrl) startPaste(this, startUploads(this));
    if (box.dataset.mentionUrl) suggestPeople(this);
  }

  status(text) {
    const place = this.box.querySelector("[data-draft-status]");
    if (place) place.textContent = text;
  }

  progress(text) {
    const place = this.box.querySelector("[data-progress]");
    place.hidden = !text;
    place.textContent = text ?? "";
  }

  /** Say what was done, with a button for the other way; both go with the next change of the text. */
  offer(text, label, act) {
    this.progress(text);
    const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: label });
    const place = this.box.querySelector("[data-progress]");
    place.append(" ", button);
    place.scrollIntoView({ block: "nearest" }); // below a field that has just grown
    const end = () => {
      if (button.isConnected) this.progress(null);
    };
    this.field.addEventListener("input", end, { once: true });
    button.addEventListener("click", () => {
      this.field.focus();
      act();
    });
  }

  async preview(button) {
    const pane = this.box.querySelector("[data-preview-pane]");
    const open = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(open));
    button.textContent = open ? this.words.write : this.words.preview;
    pane.hidden = !open;
    this.field.parentElement.hidden = open;
    if (!open) {
      this.field.focus();
      return;
    }
    if (!this.field.value.trim()) {
      pane.textContent = this.words.empty;
      return;
    }
    pane.setAttribute("aria-busy", "true");
    try {
      const response = await post(this.box.dataset.previewUrl, new URLSearchParams({ body: this.field.value }));
      if (!response.ok) throw new Error(response.status);
      pane.innerHTML = await response.text(); // our own server's sanitised HTML
    } catch {
      pane.textContent = this.words.previewfailed;
    } finally {
      pane.removeAttribute("aria-busy");
    }
  }
}

export function startComposers() {
  for (const box of document.querySelectorAll("[data-composer]")) new Composer(box).start();
}
