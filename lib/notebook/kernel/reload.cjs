// Edits of the library take effect when the import cell is run again: what changed on disk, and all that imports it,
// is dropped from the cache of modules. Only the engine cannot be loaded twice.
const { statSync } = require("node:fs");
const path = require("node:path");

const library = path.resolve(__dirname, "../..") + path.sep;
const engine = path.join(library, "engine") + path.sep;
/** @type {Map<string, number>} */
const seen = new Map(); // file → time of its last change when it was loaded

/** @param {string} file */
const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
/** @param {string} file */
const isOurs = (file) => file.startsWith(library) && !file.startsWith(__dirname);

/** Forgets the library's modules whose files have changed; they are loaded anew when a cell imports them again. */
function refresh() {
  const loaded = Object.values(require.cache).flatMap((one) => (one?.filename && isOurs(one.filename) ? [one] : []));
  const stale = new Set();
  for (const { filename } of loaded) {
    const time = changedAt(filename);
    if (!seen.has(filename)) seen.set(filename, time);
    if (seen.get(filename) !== time) stale.add(filename);
    seen.set(filename, time);
  }
  if (stale.size === 0) return;
  const edited = [...stale].filter((file) => file.startsWith(engine));
  if (edited.length > 0) {
    const names = edited.map((file) => path.relative(library, file)).join(", ");
    console.error(`${names} changed: restart the kernel, the engine cannot be loaded twice`);
  }
  for (let size = -1; size !== stale.size; ) {
    size = stale.size;
    for (const { filename, children } of loaded)
      if (children.some((child) => stale.has(child.filename))) stale.add(filename);
  }
  for (const file of stale) {
    if (file.startsWith(engine)) continue;
    delete require.cache[file];
    seen.delete(file);
  }
}

module.exports = { refresh };
