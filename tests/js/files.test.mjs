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
  ["a.pdf", "application/pdf", 10, null],
  ["a.PDF", "", 10, null],
  ["a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 20 * 1024 * 1024, null],
  ["a.xlsx", "", 20 * 1024 * 1024 + 1, "toolarge"],
  ["app.log", "", 10, null],
  ["設定.conf", "", 10, null],
  ["a.zip", "application/x-zip-compressed", 10, null],
  ["a.mp4", "video/mp4", 500_000_000, "nottaken"],
  ["a.mov", "", 10, "nottaken"],
  ["setup.exe", "application/x-msdownload", 10, "nottaken"],
  ["a.rar", "", 10, "nottaken"],
  ["a.png", "image/png", 0, "emptyfile"],
  ["a.png", "image/png", MOST_BYTES, null],
  ["a.png", "image/png", MOST_BYTES + 1, "toolarge"],
]) {
  test(`${name} (${type}, ${size} bytes): ${fault ?? "is sent"}`, () => {
    assert.equal(faultOf({ file: { name, type, size }, isFolder: false }, 20), fault);
  });
}

test("a folder is told from a file", () => assert.equal(faultOf({ file: { name: "写真", type: "", size: 4096 }, isFolder: true }, 20), "folder"));
