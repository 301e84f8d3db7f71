import { Problem } from "../problem.js";
import { trainHere } from "./jobHere.js";
import type { Said, Told } from "./jobMessages.js";
import { freezeSources } from "./sources.js";

/**
 * Trains what the parent process orders, one run after the other, and ends when the parent is gone, killed or not: after the step it is in, with its state saved.
 * The same at a polite kill, or when the terminal goes.
 */
export function work(): void {
  freezeSources(); // what was loaded is what trains, whatever is edited from now on
  const nobody = () => {}; // the parent may be gone a moment before we hear of it
  const say = (said: Said) => process.connected && process.send?.(said, undefined, undefined, nobody);
  let training: AbortController | undefined;
  const stop = () => training?.abort(new Problem("stopped"));
  process.on("message", async (told: Told) => {
    if (told.kind === "stop") return stop();
    training = new AbortController();
    const ended = await trainHere(told.order, { signal: training.signal, hear: say });
    training = undefined;
    if (!process.connected) process.exit();
    say({ kind: "ended", ended });
  });
  const end = () => {
    if (training) stop();
    else process.exit();
  };
  process.on("disconnect", end);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, end);
}
