import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { aside } from "./aside.mjs";
import { command } from "./command.mjs";
import { home, modules, root } from "./paths.mjs";

/** @import { Step } from "./steps.mjs" */

/**
 * The packages of a lock file: folder → what it is.
 * @type {(path: string) => Record<string, { version?: string, integrity?: string, link?: boolean, optional?: boolean }>}
 */
const packages = (path) => JSON.parse(readFileSync(path, "utf8")).packages;

/** Whether node_modules holds what package-lock.json says, by the list that npm leaves there when it has finished. */
function isInstalled() {
  const listed = join(modules, ".package-lock.json");
  if (!existsSync(listed)) return false;
  const found = packages(listed);
  return Object.entries(packages(join(root, "package-lock.json"))).every(
    ([folder, { version, integrity, link, optional }]) => {
      if (!folder.startsWith("node_modules/")) return true; // the workspace itself
      const here = found[folder];
      if (!here) return optional === true; // for another platform
      return link ? existsSync(join(home, folder)) : here.version === version && here.integrity === integrity;
    },
  );
}

/**
 * Installs the npm packages as package-lock.json says, in a folder of their own, which then becomes node_modules.
 * @type {Step}
 */
export const packagesStep = {
  part: "packages",
  name: "npm packages",
  uses: ["npm"],
  isDone: isInstalled,
  needsMegabytes: 600,
  run: ({ npm }) =>
    aside(modules, async (folder) => {
      for (const file of ["package.json", "package-lock.json", ".npmrc", "lib/package.json", "lib/cli/arco.mjs"])
        if (existsSync(join(root, file))) cpSync(join(root, file), join(folder, file));
      // npm tells its children about the project that it was started in; this one is another
      const env = { npm_config_local_prefix: undefined, INIT_CWD: undefined };
      await command("npm ci", [...npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder, env });
      return join(folder, "node_modules");
    }),
};
