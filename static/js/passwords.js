// A button beside each password shows what was typed. Before it is sent the field is a password's again, so that browsers
// keep it where passwords belong and nowhere else.
const fieldOf = (button) => document.getElementById(button.dataset.showPassword);

function show(button, shown) {
  const field = fieldOf(button);
  if (!field) return;
  field.type = shown ? "text" : "password";
  for (const label of button.querySelectorAll("[data-when]")) label.hidden = (label.dataset.when === "shown") !== shown;
}

function press(event) {
  const button = event.target.closest?.("[data-show-password]");
  if (!button) return;
  show(button, fieldOf(button)?.type === "password");
  fieldOf(button)?.focus();
}

function hideAll(root) {
  for (const button of root.querySelectorAll("[data-show-password]")) show(button, false);
}

export function startPasswords() {
  document.addEventListener("click", press);
  document.addEventListener("submit", (event) => hideAll(event.target), { capture: true });
  // A page that comes back from the browser's memory shows nothing.
  addEventListener("pagehide", () => hideAll(document));
}
