import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout: what is committed is read from here. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** Where set-up puts what it makes: the checkout, or the folder ARCO_HOME (tests). */
export const home = process.env.ARCO_HOME || root;

/** The version of TensorFlow that the engine runs. */
export const tensorflow = "2.21.0";

export const venv = join(home, ".venv");
export const python = join(venv, "bin", "python");
export const engines = join(home, ".engine");
export const modules = join(home, "node_modules");

/**
 * The folder of one engine.
 * @param {string} kind
 */
export const engineFolder = (kind) => join(engines, `${kind}-${tensorflow}`);
