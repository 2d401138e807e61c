// What every page loads: each module looks for its own parts and does nothing without them.
import { startTheme } from "./theme.js";
import { startToasts } from "./toasts.js";
import { settleSent } from "./drafts.js";
import { startForms } from "./forms.js";
import { startLimits } from "./editing.js";
import { startConfirm } from "./confirm.js";
import { startPasswords } from "./passwords.js";
import { startKeys } from "./keys.js";
import { startLists } from "./lists.js";
import { startCharts } from "./charts.js";
import { startVisit } from "./visit.js";
import { startAnchors } from "./anchors.js";

startTheme();
startToasts();
settleSent();
startForms();
startLimits();
startConfirm();
startPasswords();
startKeys();
startLists();
startCharts();
startVisit();
startAnchors();

const AGAIN = 3000; // ms: a server that restarts is back by then

// The large parts only where they are used. Without them the page works; without a network they are asked for once more.
function load(module, start) {
  const wait = () => new Promise((done) => setTimeout(done, AGAIN));
  import(module)
    .catch(() => wait().then(() => import(`${module}?again`))) // another name: failures are remembered
    .then(start, () => {});
}

if (document.querySelector("[data-composer]")) {
  load("./composer.js", ({ startComposers }) => startComposers());
}
if (document.querySelector("form[data-autosave], [data-took]")) {
  load("./autosave.js", ({ startAutosave }) => startAutosave());
}
if (document.querySelector("[data-copies]")) {
  load("./left_copies.js", ({ giveCopies }) => giveCopies());
}
if (document.querySelector("[data-live], meta[name=live-channels]")) {
  load("./live.js", ({ startLive }) => startLive());
}
