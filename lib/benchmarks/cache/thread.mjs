// The beginning of a thread that prepares data: teaches it to read TypeScript, as lib/training/batches/thread.mjs does.
import { register } from "tsx/esm/api";

register();
await import("./thread.ts");
