// The beginning of a thread that prepares batches: teaches it to read TypeScript, then runs thread.ts. Plain JavaScript, for a thread knows
// neither the loader of the command line nor that of the notebook kernel.
import { register } from "tsx/esm/api";

register();
await import("./thread.ts");
