// Requests to our own server: always with the token and a mark that a script asks.

/** The token that each POST carries. */
export function token() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}

/** fetch() with the token; body is FormData, URLSearchParams or nothing; `more`: further options of fetch(). */
export function post(url, body, more = {}) {
  return fetch(url, {
    ...more,
    method: "POST",
    body,
    credentials: "same-origin",
    headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch", Accept: "application/json, text/html;q=0.5" },
  });
}

/** GET that a script asks for. */
export function get(url, accept = "application/json") {
  return fetch(url, { credentials: "same-origin", headers: { "X-Requested-With": "fetch", Accept: accept } });
}

/** The sentence of a refusal, where the server gave one. */
export async function refusal(response) {
  try {
    return (await response.json()).message ?? "";
  } catch {
    return "";
  }
}
