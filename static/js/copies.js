// Copies of what is being written, kept on this device.

/** Copies of the parts of stories: "<COPY>:<story>:<part>:<member>:<form's key>". */
export const COPY = "tsudoi:copy";

/** The copy of this name, null without one. */
export function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/** Keep a copy; where the browser keeps none, the server's remains. */
export function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // private window or full: the server's copy remains
  }
}

/** Give up a copy. */
export function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // there was nothing to forget either
  }
}

/** Names of the copies that are `prefix`, or begin with it and a colon. */
export function named(prefix) {
  try {
    return Object.keys(localStorage).filter((name) => name === prefix || name.startsWith(`${prefix}:`));
  } catch {
    return [];
  }
}
