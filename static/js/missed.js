// Nothing was found: the staff should know which words. A GET writes nothing, so the page says it by itself.
import { post } from "./net.js";

const empty = document.querySelector("[data-missed]");
if (empty) post(empty.dataset.missed, new URLSearchParams({ q: empty.dataset.words })).catch(() => {}); // a courtesy
