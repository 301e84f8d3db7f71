import { join } from "node:path";
import { setUpAloud } from "./aloud.mjs";
import { handOver } from "./handOver.mjs";
import { root } from "./paths.mjs";

const next = `
What to type next
  npm run lab       the notebooks, live, in JupyterLab (begin with 01-quickstart)
  npx arco --help   the command line: train, evaluate, report
  npm test          checks everything
`;

/** Sets up, trains and measures the quick start, then says what to type next. */
export async function quickStart(args) {
  console.log(
    "ARCO lab: set-up first (packages, JupyterLab, TensorFlow; a minute or two the first time), then the quick start.",
  );
  await setUpAloud();
  const code = await handOver([process.execPath, join(root, "lib", "cli", "arco.mjs"), "quickstart", ...args], {
    cwd: root,
  });
  if (code === 0) console.log(next);
}
