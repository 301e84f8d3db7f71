import { spawnSync } from "node:child_process";
import { Problem } from "./problem.mjs";

const pythonWords = "import sys, venv, ensurepip; print(*sys.version_info[:2])";

/**
 * Commands that were found on the machine.
 * @typedef {{ python: string, compiler: string, npm: string[] }} Tools
 */

/**
 * A tool by its name, or what is missing and how it is installed.
 * @typedef {Partial<Tools> & { missing?: { what: string, debian: string, macos: string } }} Found
 */

/**
 * The first of the words that is a command and answers `args` with success, with its output.
 * @param {string[]} words
 * @param {string[]} args
 */
function answers(words, args) {
  for (const word of words) {
    const { status, stdout } = spawnSync(word, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    if (status === 0) return { word, out: stdout.trim() };
  }
  return undefined;
}

/**
 * A Python of at least 3.10 that can make virtual environments; ARCO_PYTHON names another one.
 * @returns {Found}
 */
function findPython() {
  const words = process.env.ARCO_PYTHON
    ? [process.env.ARCO_PYTHON]
    : ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
  const isNew = (/** @type {string} */ out) => {
    const [major, minor] = out.split(" ").map(Number);
    return major === 3 && minor >= 10;
  };
  const whole = words.map((word) => answers([word], ["-c", pythonWords])).find((found) => found && isNew(found.out));
  if (whole) return { python: whole.word };
  const bare = answers(words, ["-c", "import sys; print(*sys.version_info[:2])"]);
  const version = bare?.out.replace(" ", ".");
  const found = !bare
    ? "not found"
    : isNew(bare.out)
      ? `${bare.word} ${version} has no venv module`
      : `${bare.word} is ${version}, which is too old`;
  return {
    missing: {
      what: `Python 3.10 or later with its venv module: ${found}`,
      debian: "sudo apt install python3 python3-venv",
      macos: "brew install python",
    },
  };
}

/** @returns {Found} */
function findCompiler() {
  const found = answers(process.env.CXX ? [process.env.CXX] : ["g++", "clang++", "c++"], ["--version"]);
  if (found) return { compiler: found.word };
  const tried = process.env.CXX ? `CXX=${process.env.CXX} does not answer` : "no g++, clang++ or c++ found";
  return {
    missing: { what: `a C++ compiler: ${tried}`, debian: "sudo apt install g++", macos: "xcode-select --install" },
  };
}

/**
 * The command that runs npm: the one that started us, or the one in PATH.
 * @returns {Found}
 */
function findNpm() {
  const { npm_execpath: script } = process.env;
  if (script && /npm-cli\.c?js$/.test(script)) return { npm: [process.execPath, script] };
  if (answers(["npm"], ["--version"])) return { npm: ["npm"] };
  return { missing: { what: "npm: not found", debian: "sudo apt install npm", macos: "brew install node" } };
}

const finders = { python: findPython, compiler: findCompiler, npm: findNpm };

/**
 * Finds tools on the machine: name → command. Throws one Problem with all that is missing.
 * @param {(keyof Tools)[]} tools
 * @returns {Tools}
 */
export function prerequisites(tools) {
  const found = [...new Set(tools)].map((tool) => finders[tool]());
  const missing = found.flatMap((one) => (one.missing ? [one.missing] : []));
  if (missing.length === 0) return Object.assign({}, ...found);
  const list = missing.map(
    ({ what, debian, macos }) => `- ${what}\n    Debian/Ubuntu: ${debian}\n    macOS:         ${macos}`,
  );
  const head = missing.length === 1 ? "One thing is missing" : `${missing.length} things are missing`;
  throw new Problem(`${head} on this machine:\n${list.join("\n")}\nInstall it and run the same command again.`);
}
