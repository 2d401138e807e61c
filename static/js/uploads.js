// Files by button, by paste and by drop: sent at once, their Markdown put where the caret was when they came.
import { filesOf } from "./clipboard.js";
import { Anchor, fits } from "./editing.js";
import { sendable } from "./files.js";
import { composed } from "./ime.js";
import { post, refusal } from "./net.js";
import { say } from "./toasts.js";

/** The file's Markdown: a picture, or a link. Raises an error with the server's sentence, or with none. */
async function send(url, file) {
  const data = new FormData();
  data.set("file", file, file.name || "image.png");
  const response = await post(url, data);
  if (!response.ok) throw new Error(await refusal(response));
  return (await response.json()).markdown;
}

const holdPage = (event) => event.preventDefault(); // the browser asks whether to leave

class Uploads {
  waiting = 0;
  last = Promise.resolve();

  constructor(composer) {
    this.composer = composer;
  }

  /** Send what can be sent, one after the other and after what came before. */
  add(files) {
    const { composer } = this;
    const good = sendable(files, composer.words, Number(composer.box.dataset.mostMb));
    if (!good.length) return this.last;
    const place = new Anchor(composer.field);
    this.#count(good.length);
    this.last = this.last.then(async () => {
      for (const file of good) {
        await this.#put(file, place);
        this.#count(-1);
      }
      place.leave();
    });
    return this.last;
  }

  async #put(file, place) {
    const { box, field, words } = this.composer;
    try {
      const text = `${await send(box.dataset.uploadUrl, file)}\n`;
      await composed(field);
      if (fits(field, text, place.at, place.at)) place.insert(text);
    } catch (error) {
      const reason = error.name === "Error" && error.message;
      const sentence = reason ? words.refused.replace("{reason}", () => reason) : words.uploadfailed;
      say(sentence.replace("{name}", () => file.name), "error");
    }
  }

  /** While files are on their way the form is not sent (forms.js) and the page not left without a question. */
  #count(more) {
    const { composer } = this;
    this.waiting += more;
    if (this.waiting) {
      composer.form.dataset.uploading = composer.words.wait;
      addEventListener("beforeunload", holdPage);
    } else {
      delete composer.form.dataset.uploading;
      removeEventListener("beforeunload", holdPage);
    }
    composer.progress(this.waiting ? composer.words.uploading : null);
  }
}

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/** What misses the composer must not be opened in the place of the page, and all that was written with it. */
function catchMisses(words) {
  const misses = (event) => hasFiles(event) && !event.defaultPrevented && !event.target.closest?.("input[type=file]");
  document.addEventListener("dragover", (event) => {
    if (!misses(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  });
  document.addEventListener("drop", (event) => {
    if (!misses(event)) return;
    event.preventDefault();
    say(words.drophere, "error");
  });
}

/** Gives what sends files: a list of {file, isFolder}. */
export function startUploads(composer) {
  const { box, words } = composer;
  const uploads = new Uploads(composer);
  const input = box.querySelector("[data-upload]");
  const sendChosen = () => {
    uploads.add(filesOf(input));
    input.value = ""; // what was taken stays; the same file may be chosen again
  };
  input?.addEventListener("change", sendChosen);
  if (input?.files.length) sendChosen(); // chosen while this module was still on its way
  const dragging = (on) => (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    box.classList.toggle("is-dropping", on);
  };
  box.addEventListener("dragover", dragging(true));
  box.addEventListener("dragleave", dragging(false));
  box.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return; // words are the browser's
    dragging(false)(event);
    uploads.add(filesOf(event.dataTransfer));
  });
  catchMisses(words);
  return (files) => uploads.add(files);
}
