// Loads the HDF5 library as it is. tsx would write a map of the source for its 4 MB of WebAssembly, which takes seconds
// and 600 MB in every process.
import { readFile } from "node:fs/promises";

/** @type {import("node:module").LoadHook} */
export async function load(url, context, next) {
  if (!url.includes("/h5wasm/dist/")) return next(url, context);
  return { format: "module", source: await readFile(new URL(url)), shortCircuit: true };
}
