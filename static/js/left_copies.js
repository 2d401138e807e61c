// On the contents of what several people write: what was typed just before leaving may still be under way, and the page
// would say that it is missing. Each copy is sent as the save that it was to be, and the page loaded anew.
import { COPY, forget, named, read } from "./copies.js";
import { post } from "./net.js";

const PATIENCE = 10_000; // ms after which an answer will not come any more

/** Whether the server has it now. What is in conflict or refused waits for its own page. */
async function give(url, name) {
  const copy = read(name);
  if (!copy?.key) return false;
  const data = new FormData();
  const all = { body: copy.text, seen: copy.seen, form_key: copy.key, save_number: copy.number, copy: "1" };
  for (const [field, value] of Object.entries(all)) data.set(field, value);
  try {
    const response = await post(url, data, { signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok || response.redirected) return false;
  } catch {
    return false;
  }
  forget(name);
  return true;
}

/** Once: in another tab somebody may go on typing. */
export async function giveCopies() {
  let isNewer = false;
  for (const row of document.querySelectorAll("[data-copies] [data-copy]")) {
    for (const name of named(`${COPY}:${row.dataset.copy}`)) isNewer = (await give(row.dataset.autosave, name)) || isNewer;
  }
  const isAgain = performance.getEntriesByType("navigation")[0]?.type === "reload";
  if (isNewer && !isAgain) location.reload();
}
