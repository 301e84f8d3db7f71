// A process that trains one run after the other for the one that started it: see jobWorker.ts. Plain JavaScript, because it teaches Node.js to read TypeScript.
import { register } from "tsx/esm/api";

// The terminal sends Ctrl-C to every process; what it means is for the parent to say.
process.on("SIGINT", () => {});
// When the parent dies its ends of the pipes go first; what is said then is for nobody.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
register();
const { work } = await import("./jobProcess.ts");
work();
