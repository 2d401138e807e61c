// Where on the screen a position in a text field is. Browsers do not tell; a copy of the field with the same text does.
const COPIED = [
  "boxSizing", "width", "borderTopWidth", "borderRightWidth", "borderBottomWidth", "borderLeftWidth", "borderStyle",
  "paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "fontFamily", "fontSize", "fontStyle", "fontWeight",
  "fontVariant", "fontFeatureSettings", "letterSpacing", "lineHeight", "tabSize", "textIndent", "textAlign", "wordSpacing",
  "wordBreak", "lineBreak", "overflowWrap",
];

/** {left, top, bottom} of the line at the position, in pixels from the window's corner. */
export function placeOnScreen(field, position) {
  const style = getComputedStyle(field);
  const copy = document.createElement("div");
  for (const name of COPIED) copy.style[name] = style[name];
  Object.assign(copy.style, { position: "absolute", top: "0", left: "0", visibility: "hidden", whiteSpace: "pre-wrap" });
  copy.setAttribute("aria-hidden", "true");
  copy.textContent = field.value.slice(0, position);
  const mark = document.createElement("span");
  mark.textContent = field.value.slice(position) || ".";
  copy.append(mark);
  document.body.append(copy);
  const origin = copy.getBoundingClientRect();
  const at = mark.getClientRects()[0];
  const box = field.getBoundingClientRect();
  const left = box.left + at.left - origin.left - field.scrollLeft;
  const top = box.top + at.top - origin.top - field.scrollTop;
  copy.remove();
  return { left, top, bottom: top + at.height };
}
