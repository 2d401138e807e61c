// Which files can be put into a text, and what to say of those that cannot: nobody waits for a film to be sent to hear
// that it is none. The server looks again, at what is in them, and its sentence is shown.
import { say } from "./toasts.js";

export const MOST_BYTES = 10 * 1024 * 1024; // of a picture: MAX_BYTES in community/files/rules.py; a test holds both equal
const MEGABYTE = 1024 * 1024;
const NAMED = 5; // of many files that have the same fault, so many are named
const SHOWN = /^image\/(png|jpe?g|pjpeg|webp|gif|avif)$/;
const SHOWN_NAMES = /\.(png|jpe?g|webp|gif|avif)$/i;
const PICTURE_NAMES = /\.(heic|heif|svgz?|tiff?|bmp|ico|psd|ai|eps|jxl|jp2|raw|dng|cr[23]|nef|arw)$/i;
const NEVER_TAKEN = /^(video|audio)\//;
const NEVER_TAKEN_NAMES = /\.(mp[34]|mov|avi|mkv|webm|wmv|m4[av]|wav|exe|msi|dll|com|scr|lnk|dmg|pkg|app|rar|7z|t?gz|msg)$/i;

/** The name of what is wrong with a file, a key of the composer's words; null for what can be sent. */
export function faultOf({ file, isFolder }, megabytes) {
  const { name, type, size } = file;
  if (isFolder) return "folder";
  if (!size) return "emptyfile";
  const isShown = SHOWN.test(type) || (!type && SHOWN_NAMES.test(name));
  if (isShown) return size > MOST_BYTES ? "toolarge" : null;
  if (type.startsWith("image/") || PICTURE_NAMES.test(name)) return "unshown";
  if (NEVER_TAKEN.test(type) || NEVER_TAKEN_NAMES.test(name)) return "nottaken";
  return size > megabytes * MEGABYTE ? "toolarge" : null;
}

/** Those that can be sent. Of the others it is said why not, each by its name. `megabytes`: the limit of what is no picture. */
export function sendable(files, words, megabytes) {
  const refused = new Map();
  const good = [];
  for (const each of files) {
    const fault = faultOf(each, megabytes);
    if (fault) refused.set(fault, [...(refused.get(fault) ?? []), each.file.name]);
    else good.push(each.file);
  }
  const sentences = Array.from(refused, ([fault, names]) => {
    const more = names.length > NAMED ? words.more.replace("{n}", names.length - NAMED) : "";
    return words[fault].replace("{name}", () => names.slice(0, NAMED).join(words.comma) + more);
  });
  if (sentences.length) say(sentences.join("\n"), "error"); // one notice: several would cover the text
  return good;
}
