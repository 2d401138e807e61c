// What an input method (IME) is doing. Its keys are its own: Enter takes a conversion, arrows walk its candidates.
const OF_IME = 229; // keyCode of a key that the IME took; Safari sends it after compositionend, with isComposing false

let open = null; // the field in which something is being composed

/** Whether this key press belongs to the input method and not to the page. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === OF_IME;
}

/** Done once nothing is being composed in the field: until then nobody else may change it. */
export function composed(field) {
  if (open !== field) return Promise.resolve();
  // After the turn in which the browser puts in what was composed.
  return new Promise((done) => field.addEventListener("compositionend", () => setTimeout(done), { once: true }));
}

/** Whether something is being composed in the field now. */
export const isBeingComposed = (field) => open === field;

addEventListener("compositionstart", (event) => (open = event.target), true);
addEventListener("compositionend", () => (open = null), true);
