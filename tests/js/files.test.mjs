// Which files are refused before they are sent, and with which sentence.
import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOf, MOST_BYTES } from "../../static/js/files.js";

for (const [name, type, size, fault] of [
  ["a.png", "image/png", 10, null],
  ["a.JPG", "image/jpeg", 10, null],
  ["a.webp", "", 10, null],
  ["a.avif", "image/avif", 10, null],
  ["blob", "image/png", 10, null],
  ["IMG_0012.HEIC", "image/heic", 10, "unshown"],
  ["IMG_0012.HEIC", "", 10, "unshown"],
  ["a.svg", "image/svg+xml", 10, "unshown"],
  ["a.tiff", "image/tiff", 10, "unshown"],
  ["a.psd", "", 10, "unshown"],
  ["a.pdf", "application/pdf", 10, "pdf"],
  ["a.PDF", "", 10, "pdf"],
  ["a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 10, "nopicture"],
  ["a.mp4", "video/mp4", 500_000_000, "nopicture"],
  ["a.png", "image/png", 0, "emptyfile"],
  ["a.png", "image/png", MOST_BYTES, null],
  ["a.png", "image/png", MOST_BYTES + 1, "toolarge"],
]) {
  test(`${name} (${type}, ${size} bytes): ${fault ?? "is sent"}`, () => {
    assert.equal(faultOf({ file: { name, type, size }, isFolder: false }), fault);
  });
}

test("a folder is told from a file", () => assert.equal(faultOf({ file: { name: "写真", type: "", size: 4096 }, isFolder: true }), "folder"));
