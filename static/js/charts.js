// Scatter marks say what they are when they are pointed at or focused; the same words are in their labels.
const GAP = 14; // px between a mark and its words

function place(tip, mark, box) {
  const at = mark.getBoundingClientRect();
  const around = box.getBoundingClientRect();
  const left = at.right - around.left + GAP;
  const room = around.width - tip.offsetWidth;
  const fits = left <= room;
  tip.style.left = `${Math.max(0, fits ? left : at.left - around.left - tip.offsetWidth - GAP)}px`;
  tip.style.top = `${Math.max(0, at.top - around.top + at.height / 2 - tip.offsetHeight / 2)}px`;
}

function explain(box) {
  const tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  box.append(tip);
  const show = (event) => {
    const mark = event.target.closest?.("a[data-name]");
    if (!mark) return;
    const name = document.createElement("b");
    name.textContent = mark.dataset.name;
    tip.replaceChildren(name, mark.dataset.text);
    tip.hidden = false;
    place(tip, mark, box);
  };
  const hide = () => {
    tip.hidden = true;
  };
  box.addEventListener("pointerover", show);
  box.addEventListener("focusin", show);
  box.addEventListener("pointerout", hide);
  box.addEventListener("focusout", hide);
  box.addEventListener("keydown", (event) => event.key === "Escape" && hide());
}

export function startCharts() {
  // Where a line is wider than the screen, its newest days are what one comes for.
  for (const box of document.querySelectorAll(".chart:not([data-chart]) > .chart-scroll")) box.scrollLeft = box.scrollWidth;
  for (const box of document.querySelectorAll("[data-chart]")) explain(box);
}
