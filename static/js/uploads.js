// Pictures by button, by paste and by drop: sent at once, their Markdown put at the caret.
import { post, refusal } from "./net.js";
import { say } from "./toasts.js";

const pictures = (files) => [...(files ?? [])].filter((file) => file.type.startsWith("image/"));

async function send(composer, file) {
  const data = new FormData();
  data.set("file", file, file.name || "image.png");
  const response = await post(composer.box.dataset.uploadUrl, data);
  if (!response.ok) throw new Error(await refusal(response));
  return response.json();
}

async function sendAll(composer, files) {
  if (!files.length) return;
  composer.progress(composer.words.uploading);
  for (const file of files) {
    try {
      const { markdown } = await send(composer, file);
      composer.insert(`${markdown}\n`);
    } catch (error) {
      say(error.message || composer.words.uploadfailed, "error");
    }
  }
  composer.progress(null);
}

export function startUploads(composer) {
  const { box, field } = composer;
  const input = box.querySelector("[data-upload]");
  const sendChosen = async () => {
    await sendAll(composer, pictures(input.files));
    input.value = "";
  };
  input?.addEventListener("change", sendChosen);
  if (input?.files.length) sendChosen(); // chosen while this module was still on its way
  field.addEventListener("paste", (event) => {
    const files = pictures(event.clipboardData?.files);
    if (!files.length) return;
    event.preventDefault();
    sendAll(composer, files);
  });
  const dragging = (on) => (event) => {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    box.classList.toggle("is-dropping", on);
  };
  box.addEventListener("dragover", dragging(true));
  box.addEventListener("dragleave", dragging(false));
  box.addEventListener("drop", (event) => {
    dragging(false)(event);
    sendAll(composer, pictures(event.dataTransfer?.files));
  });
}
