// What every page loads: each module looks for its own parts and does nothing without them.
import { startTheme } from "./theme.js";
import { startToasts } from "./toasts.js";
import { keepRefused } from "./drafts.js";
import { startForms } from "./forms.js";
import { startConfirm } from "./confirm.js";
import { startKeys } from "./keys.js";
import { startLists } from "./lists.js";
import { startCharts } from "./charts.js";
import { startVisit } from "./visit.js";

startTheme();
startToasts();
keepRefused();
startForms();
startConfirm();
startKeys();
startLists();
startCharts();
startVisit();

// The large parts only where they are used.
if (document.querySelector("[data-composer]")) {
  import("./composer.js").then(({ startComposers }) => startComposers());
}
if (document.querySelector("[data-live], meta[name=live-rooms]")) {
  import("./live.js").then(({ startLive }) => startLive());
}
