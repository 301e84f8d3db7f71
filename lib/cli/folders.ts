import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of runs unless told otherwise: ARCO_RUNS, or runs/ in the checkout. */
export const runsFolder = () => process.env.ARCO_RUNS || resolve(fileURLToPath(import.meta.url), "../../../runs");
