// The part of an address behind its # never reaches the server: it is carried through forms that lead on, and mended
// where a sentence's last sign was copied with it.

const POST = /^#(post-\d+)[^\w-]/;

function mend() {
  const found = POST.exec(location.hash); // as it is sent: other letters are %-signs here
  if (found) location.replace(`#${found[1]}`);
}

/** Whoever signs in or agrees to something on the way arrives at the post they were led to. */
function carry({ target: form }) {
  const next = form.elements?.namedItem("next");
  if (location.hash && next?.value?.startsWith("/") && !next.value.includes("#")) next.value += location.hash;
}

/** A link to the sign-in page takes the place on this page along. */
function carryLink(event) {
  const link = event.target.closest?.("a[href*='next=']");
  if (!link || !location.hash) return;
  const url = new URL(link.href);
  const next = url.searchParams.get("next");
  if (url.origin !== location.origin || !next?.startsWith("/") || next.includes("#")) return;
  url.searchParams.set("next", next + location.hash);
  link.href = url;
}

export function startAnchors() {
  mend();
  addEventListener("hashchange", mend);
  document.addEventListener("submit", carry, true);
  document.addEventListener("click", carryLink, true);
}
