import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * Runs a command in this process's place: same terminal, same signals; this process ends with its exit code.
 * Ctrl-C reaches the command from the terminal, which ends as it sees fit.
 * @param {string[]} argv
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export function handOver(argv, { cwd, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0], argv.slice(1), { cwd, env: { ...process.env, ...env }, stdio: "inherit" });
    const wait = () => {};
    const pass = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    process.on("SIGINT", wait).on("SIGTERM", pass).on("SIGHUP", pass);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("SIGINT", wait).off("SIGTERM", pass).off("SIGHUP", pass);
      const status = code ?? 128 + (signal ? constants.signals[signal] : 0);
      process.exitCode = status;
      resolve(status);
    });
  });
}
