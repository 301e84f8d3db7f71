import { Problem } from "../problem.js";

/** The end of a command that a signal stopped after its work was saved; `status` is 128 + the signal's number. */
export class Interrupted extends Error {
  override name = "Interrupted";
  readonly status: number;
  constructor(status: number) {
    super(`stopped, status ${status}`);
    this.status = status;
  }
}

const statuses = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Does something that ends early, by throwing its signal's reason, when that is aborted. Ctrl-C (or a polite kill) aborts it; then `Interrupted` is thrown.
 * A second Ctrl-C ends the process at once: the next start continues from the last checkpoint. `words` say what the first one does.
 */
export async function interruptible<T>(
  act: (signal: AbortSignal) => Promise<T>,
  words = "Stopping after this step; the same command continues from there.",
): Promise<T> {
  const controller = new AbortController();
  let status = 0;
  const stop = (name: keyof typeof statuses) => {
    if (status > 0) process.exit(statuses[name]);
    status = statuses[name];
    process.stderr.write(`\n${words}\n`);
    controller.abort(new Problem("stopped"));
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, stop);
  try {
    return await act(controller.signal);
  } catch (error) {
    if (status > 0 && error === controller.signal.reason) throw new Interrupted(status);
    throw error;
  } finally {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, stop);
  }
}
