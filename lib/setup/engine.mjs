import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { aside, writeWhole } from "./aside.mjs";
import { command } from "./command.mjs";
import { download, downloads, wheelFile } from "./download.mjs";
import { engineFolder, tensorflow } from "./paths.mjs";
import { Problem } from "./problem.mjs";
import { wheels } from "./wheels.mjs";

/** @import { Step } from "./steps.mjs" */

/**
 * What is noted of an engine: of which wheels and headers it was made, the bytes of its libraries, and its addons.
 * @typedef {object} Manifest
 * @property {string} engine
 * @property {string} tensorflow
 * @property {Record<string, string>} wheels
 * @property {string[]} headers
 * @property {Record<string, number>} files
 * @property {Record<string, { sources: string, bytes: number }>} addons
 */

const kinds = ["cpu", "cuda", "webgpu"];
const isMac = process.platform === "darwin";
const machine = `${process.platform}-${process.arch}`;

/** The file names of TensorFlow's two libraries here. */
export const libraries = isMac
  ? ["libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib"]
  : ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

/** The headers that the addons include, directly or not; all 13,000 of the wheel would take 270 MB. */
const headers = [
  "tensorflow/c/",
  "tensorflow/core/common_runtime/next_pluggable_device/c/",
  "tensorflow/core/platform/",
  "tsl/platform/",
  "xla/tsl/c/",
];

/**
 * The folder with libraries and headers inside an engine: for CUDA it lies beside nvidia/, where TensorFlow looks.
 * @param {string} kind
 */
export const libraryFolder = (kind) => (kind === "cuda" ? join("site", "tensorflow") : ".");

/** The engine of this machine: ARCO_ENGINE, else cuda where an NVIDIA GPU answers, else cpu. */
export function engineKind() {
  const { ARCO_ENGINE: wanted } = process.env;
  if (wanted === "js") return "cpu"; // plain JavaScript is for single tests; the lab itself needs an engine
  if (wanted && !kinds.includes(wanted))
    throw new Problem(`ARCO_ENGINE: found "${wanted}", expected one of ${kinds.join(", ")}`);
  if (wanted) return wanted;
  const hasTool = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "nvidia-smi")));
  if (!hasTool || !wheels.cuda[machine]) return "cpu";
  const { status, stdout } = spawnSync("nvidia-smi", ["-L"], { encoding: "utf8" });
  return status === 0 && /^GPU \d/m.test(stdout) ? "cuda" : "cpu";
}

/**
 * The manifest of an engine, or nothing if it is not there or a library has another size than when it was unpacked.
 * @param {string} kind
 * @returns {Manifest | undefined}
 */
export function manifest(kind) {
  const folder = engineFolder(kind);
  try {
    /** @type {Manifest} */
    const found = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    const isWhole = Object.entries(found.files).every(([file, bytes]) => statSync(join(folder, file)).size === bytes);
    const isSame = (/** @type {unknown} */ one, /** @type {unknown} */ other) =>
      JSON.stringify(one) === JSON.stringify(other);
    return isWhole && isSame(found.wheels, pins(kind)) && isSame(found.headers, headers) ? found : undefined;
  } catch {
    return undefined; // absent or unreadable: it will be made anew
  }
}

/**
 * Writes the manifest of an engine that is complete but for its addons.
 * @param {string} folder
 * @param {Manifest} value
 */
export const writeManifest = (folder, value) =>
  writeWhole(join(folder, "manifest.json"), `${JSON.stringify(value, null, 2)}\n`);

/** @type {(kind: string) => Record<string, string>} */
const pins = (kind) => Object.fromEntries(sources(kind).wheels.map(({ requirement, sha256 }) => [requirement, sha256]));

/** @param {string} kind */
function sources(kind) {
  const found = wheels[kind][machine];
  if (!found)
    throw new Problem(
      `No TensorFlow ${tensorflow} is published for ${machine} (engine ${kind}); there is one for ` +
        `${Object.keys(wheels[kind]).join(", ")}. On Windows use WSL 2; elsewhere try ARCO_ENGINE=webgpu.`,
    );
  return found;
}

/**
 * Two steps: the wheels, then the folder with libraries and headers. Interrupted between, the download is not lost.
 * @param {string} kind
 * @returns {Step[]}
 */
export function engineSteps(kind) {
  if (kind === "webgpu") return [];
  const isThere = () => manifest(kind) !== undefined;
  /** @type {Step} */
  const wheel = {
    part: "engine",
    name: `download TensorFlow ${tensorflow} (${kind})`,
    uses: ["python"],
    isDone: () => isThere() || existsSync(downloads(kind)),
    needsMegabytes: kind === "cuda" ? 12_000 : 1_600,
    watch: downloads(kind),
    run: ({ python }) => download(kind, checked(kind), python),
  };
  /** @type {Step} */
  const unpacked = {
    part: "engine",
    name: "unpack TensorFlow",
    uses: ["python"],
    after: [wheel],
    isDone: () => isThere() && !existsSync(downloads(kind)),
    run: async ({ python }) => {
      if (!isThere()) await unpack(kind, python);
      rmSync(downloads(kind), { recursive: true, force: true });
    },
  };
  return [wheel, unpacked];
}

/**
 * The wheels, after a look at the C library: musl has no TensorFlow.
 * @param {string} kind
 */
function checked(kind) {
  if (process.platform === "linux" && !glibcVersion())
    throw new Problem(
      "This Linux uses the C library musl (Alpine?), for which TensorFlow is not published; use a glibc one or ARCO_ENGINE=webgpu.",
    );
  return sources(kind);
}

function glibcVersion() {
  /** @type {{ header?: { glibcVersionRuntime?: string } }} */
  const { header } = process.report.getReport();
  return header?.glibcVersionRuntime;
}

/**
 * @param {string} kind
 * @param {string} python
 */
async function unpack(kind, python) {
  const script = fileURLToPath(new URL("unpack.py", import.meta.url));
  await aside(engineFolder(kind), async (folder) => {
    const target = join(folder, libraryFolder(kind));
    /** @type {(requirement: string, to: string, ...rules: string[]) => Promise<string>} */
    const take = (requirement, to, ...rules) =>
      command(`unpack ${requirement}`, [python, script, wheelFile(downloads(kind), requirement), to, ...rules]);
    const [main, ...others] = sources(kind).wheels;
    const members = [...libraries, ...headers.map((start) => `include/${start}`)];
    await take(main.requirement, target, ...members.map((file) => `tensorflow/${file}=${file}`));
    for (const { requirement } of others) await take(requirement, join(folder, "site"), "nvidia/=nvidia/");
    const sizes = libraries.map((file) => [join(libraryFolder(kind), file), statSync(join(target, file)).size]);
    const files = Object.fromEntries(sizes);
    writeManifest(folder, { engine: kind, tensorflow, wheels: pins(kind), headers, files, addons: {} });
  });
}
