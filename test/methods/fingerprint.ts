import { startEngine } from "../../lib/engine/start.js";
import { methods } from "../../lib/methods/index.js";
import { fingerprint, run, trial } from "./trial.js";

// Prints the hash of every method's variables after three steps, for the test that compares processes.
await startEngine();
for (const name of Object.keys(methods)) {
  const trainer = trial(name);
  await run(trainer, 3);
  console.log(name, await fingerprint(trainer));
}
