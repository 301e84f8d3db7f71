import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { boxes } from "../boxes.js";
import { copyOfCheckout } from "../copy.js";
import { drive, forms, only, printed, type Ran } from "./kernel.js";

const benchmark = await boxes();
const { folder } = copyOfCheckout();
const notebooks = join(folder, "notebooks");
mkdirSync(notebooks);

/** Tells Jupyter that the kernel "arco" is the copy's. */
function kernelOfCopy(): string {
  const kernel = join(folder, "lib", "notebook", "kernel");
  const spec = readFileSync(join(kernel, "kernel.json"), "utf8");
  mkdirSync(join(folder, "jupyter", "kernels", "arco"), { recursive: true });
  const text = spec.replaceAll("{node}", process.execPath).replaceAll("{kernel}", kernel);
  writeFileSync(join(folder, "jupyter", "kernels", "arco", "kernel.json"), text);
  return join(folder, "jupyter");
}

const imports = `import { progress, resolveConfig, trainArms } from "arco";
import { readFileSync, writeFileSync } from "node:fs";`;
const training = (options = "") => `
const arms = [{ title: "mean teacher", configs: [resolveConfig({ benchmark: "${benchmark}", preset: "smoke", steps: 4, method: "meanTeacher" })] }];
const [{ runs: [run] }] = await progress("Training", (live) => trainArms(arms, { runs: ${JSON.stringify(join(folder, "runs"))}, workers: 0, ...live, ${options} }));
console.log(run.folder);`;
const edit = `
const loss = ${JSON.stringify(join(folder, "lib", "losses", "consistency.ts"))};
writeFileSync(loss, readFileSync(loss, "utf8").replace(".square()", ".abs()"));`;

test("a loss is edited and the cell is run again: it says that the result is another code's; again: true trains it anew", async () => {
  const cells = [imports, training(), edit, imports, training(), training("again: true"), training()];
  const steps = cells.map((run) => ({ run }));
  const text = await drive("session", steps, { place: notebooks, env: { JUPYTER_PATH: kernelOfCopy() } });
  const ran: Ran[] = JSON.parse(text);
  for (const { reply } of ran) assert.equal(reply.status, "ok", reply.evalue);
  const [first, second, third, fourth] = [1, 4, 5, 6].map((at) => ({
    run: printed(ran[at]).trim(),
    said: String(
      forms([...only(ran[at], "display_data"), ...only(ran[at], "update_display_data")].at(-1))["text/plain"],
    ),
  }));
  const done = "100 % Training: done";
  assert.equal(first.said, done);
  const note =
    "made by other code than today's (losses/consistency.ts differs): mean teacher, seed 0; --again (again: true) trains it anew beside this one";
  assert.deepEqual(second, { run: first.run, said: `${done}\n${note}` });
  assert.deepEqual(
    [third, fourth],
    [
      { run: `${first.run}~2`, said: done },
      { run: `${first.run}~2`, said: done },
    ],
  );
  const weights = (run: string) => readFileSync(join(run, "checkpoints", "last.safetensors"));
  assert.ok(
    !weights(third.run).equals(weights(first.run)),
    "today's code has trained it, not what the kernel had loaded",
  );
});
