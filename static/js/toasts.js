// Toasts leave after their time, which stands still under the pointer and while something in them has focus.
const SECOND = 1000;

function run(toast) {
  const left = toast.querySelector("[data-left]");
  const held = () => toast.matches(":hover, :focus-within") || document.hidden;
  let seconds = Number(toast.dataset.seconds);
  const write = () => {
    if (left) left.textContent = left.dataset.left.replace("{n}", seconds);
  };
  write();
  const clock = setInterval(() => {
    if (held()) return;
    seconds -= 1;
    write();
    if (seconds > 0 && toast.isConnected) return;
    clearInterval(clock);
    toast.remove();
  }, SECOND);
}

/** Say a sentence in the corner; kind "error" stays until it is closed. */
export function say(text, kind = "") {
  const toast = document.querySelector(kind ? `#toast-${kind}` : "#toast").content.firstElementChild.cloneNode(true);
  toast.querySelector(".text").textContent = text;
  document.querySelector("#toasts").append(toast);
  if (toast.dataset.seconds) run(toast);
}

export function startToasts() {
  document.addEventListener("click", (event) => {
    event.target.closest?.("[data-close]")?.closest("[data-toast]")?.remove();
  });
  for (const toast of document.querySelectorAll("#toasts > [data-seconds]")) run(toast);
}
