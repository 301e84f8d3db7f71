// The standard library that cells are checked against: ES2023, which every Node that runs the lab has, and what this Node
// has of later ones. A function that it lacks is refused by the type checker, not by a TypeError in the middle of a run.

/** By file of TypeScript's library, something that only a Node with all of it has. */
const later = {
  "es2024.arraybuffer": () => "transfer" in ArrayBuffer.prototype,
  "es2024.collection": () => "groupBy" in Map,
  "es2024.object": () => "groupBy" in Object,
  "es2024.promise": () => "withResolvers" in Promise,
  "es2024.regexp": () => "unicodeSets" in RegExp.prototype,
  "es2024.sharedmemory": () => "waitAsync" in Atomics,
  "es2024.string": () => "isWellFormed" in String.prototype,
  "es2025.collection": () => "union" in Set.prototype,
  "es2025.float16": () => "Float16Array" in globalThis,
  "es2025.iterator": () => "Iterator" in globalThis,
  "es2025.promise": () => "try" in Promise,
  "es2025.regexp": () => "escape" in RegExp,
  "esnext.array": () => "fromAsync" in Array,
  "esnext.disposable": () => "DisposableStack" in globalThis,
  "esnext.error": () => "isError" in Error,
};

const library = ["es2023", ...Object.entries(later).flatMap(([name, isHere]) => (isHere() ? [name] : []))].map(
  (name) => `lib.${name}.d.ts`,
);

module.exports = { library };
