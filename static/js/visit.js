// Whoever was remembered and did not sign in says with the first page that they are back: "new" counts from there.
import { post } from "./net.js";

const MARK = "tsudoi:visit";
const SAME_VISIT = 3_600_000; // ms; a tab that was left open since yesterday begins a visit too. The server counts in hours

export async function startVisit() {
  const url = document.querySelector("meta[name=visit-url]")?.content;
  if (!url || Date.now() - Number(sessionStorage.getItem(MARK)) < SAME_VISIT) return;
  try {
    const response = await post(url);
    if (response.ok) sessionStorage.setItem(MARK, Date.now());
  } catch {
    // no network: the next page says it
  }
}
