import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { aside } from "./aside.mjs";
import { command } from "./command.mjs";
import { modules, root, venv } from "./paths.mjs";

/** @import { Step } from "./steps.mjs" */

const goal = join(venv, "share", "jupyter", "labextensions", "arco-figures");
const page = join(root, "lib", "notebook", "page");
const layout = join(root, "lib", "plots", "render");
const font = (/** @type {string} */ cut) =>
  join(modules, "@expo-google-fonts", "open-sans", cut, `OpenSans_${cut}.ttf`);
const served = [join(modules, "plotly.js-dist-min", "plotly.min.js"), font("400Regular"), font("700Bold")];

/** What JupyterLab reads first of an extension. Its script is named after what it is made of, so that no browser shows an older one. */
function manifest() {
  const sources = [page, layout].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );
  const digest = createHash("sha256");
  for (const path of [...sources, join(modules, "plotly.js-dist-min", "package.json")])
    digest.update(readFileSync(path));
  const load = `static/remoteEntry.${digest.digest("hex").slice(0, 16)}.js`;
  const jupyterlab = { _build: { load, mimeExtension: "./figures" } };
  return { load, text: `${JSON.stringify({ name: "arco-figures", version: "0.1.0", jupyterlab }, null, 2)}\n` };
}

function isDone() {
  const path = join(goal, "package.json");
  return served.every(existsSync) && existsSync(path) && readFileSync(path, "utf8") === manifest().text;
}

/**
 * Puts what draws figures where JupyterLab finds it: our view of them in one script, plotly, and the figures' font.
 * @type {(after: Step[]) => Step}
 */
export const figuresStep = (after) => ({
  part: "figures",
  name: "live figures",
  uses: [],
  after,
  isDone: () => after.every((step) => step.isDone()) && isDone(),
  run: () =>
    aside(goal, async (folder) => {
      const { load, text } = manifest();
      mkdirSync(join(folder, "static"), { recursive: true });
      const esbuild = join(modules, "esbuild", "bin", "esbuild");
      const how = ["--bundle", "--minify", "--format=iife", "--target=es2022", `--outfile=${join(folder, load)}`];
      await command("bundle the live figures", [process.execPath, esbuild, join(page, "extension.ts"), ...how]);
      for (const path of served) copyFileSync(path, join(folder, "static", basename(path)));
      writeFileSync(join(folder, "package.json"), text);
    }),
});
