import { spawn } from "node:child_process";
import { Problem } from "./problem.mjs";

/** @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();

/** Ends every child that is still running. */
export function endChildren() {
  for (const child of children) child.kill("SIGTERM");
}

/**
 * Runs a command quietly and gives its standard output; one that fails becomes a Problem that says what went wrong in
 * a line, then the command's own last lines.
 * @param {string} what
 * @param {string[]} argv
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>}
 */
export function command(what, argv, { cwd, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0], argv.slice(1), {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.add(child);
    let out = "";
    let all = "";
    child.stdout.on("data", (data) => {
      out += data;
      all += data;
    });
    child.stderr.on("data", (data) => {
      all += data;
    });
    child.on("error", (error) => {
      children.delete(child);
      reject(new Problem(`${what}: cannot run ${argv[0]}: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      children.delete(child);
      if (code === 0) resolve(out);
      else
        reject(
          new Problem(`${what}: ${explain(all) ?? `failed (${signal ?? `exit code ${code}`})`}\n${lastLines(all)}`),
        );
    });
  });
}

/**
 * What is known about a failure from the words of pip, npm and the compiler.
 * @param {string} text
 */
function explain(text) {
  if (/ENOSPC|No space left on device|Disk quota exceeded/i.test(text))
    return "the disk is full; free some space and run the same command again";
  if (/hash(es)? (are|is)? ?(mismatch|do not match)|DO NOT MATCH THE HASHES|EINTEGRITY/i.test(text))
    return "what was downloaded is not what is pinned here (another sha256); nothing of it was kept. Run the same command again; if it stays so, the registry or a proxy on the way serves something else";
  if (/EACCES|EPERM|EROFS|Permission denied|Read-only file system/.test(text))
    return "a folder cannot be written; see below which one";
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|Max retries exceeded|NewConnectionError|Connection (broken|refused|reset)|Read timed out|Temporary failure in name resolution|network|No matching distribution found/i.test(
      text,
    )
  )
    return "the package registry cannot be reached, or does not have it; check the network (or HTTPS_PROXY) and run the same command again: it continues where it stopped";
  return undefined;
}

/** @param {string} text */
function lastLines(text) {
  const lines = text.trimEnd().split("\n");
  return lines
    .slice(-12)
    .map((line) => `  | ${line}`)
    .join("\n");
}
