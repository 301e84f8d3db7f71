// Makes the pictures of the README from the quick start, training what is missing: node --import tsx docs/pictures.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { testOverlays } from "../lib/experiments/pictures.js";
import { quickstart } from "../lib/experiments/quickstart.js";
import { testDice } from "../lib/experiments/rows.js";
import { parameters } from "../lib/notebook/parameters.js";
import { progress } from "../lib/notebook/progress.js";
import type { Figure } from "../lib/plots/figure.js";
import { png } from "../lib/plots/png.js";
import { spread } from "../lib/plots/spread.js";

const docs = fileURLToPath(new URL(".", import.meta.url));
const write = (name: string, figure: Figure) => writeFileSync(join(docs, name), png(figure, { scale: 1 }));
const { runs, preset, seeds } = parameters();
const { arms, overCases } = await progress("Quick start", (live) =>
  quickstart({ runs, seeds, config: { preset }, ...live }),
);
const subtitle = `${overCases.difference.n} test volumes of the MSD hippocampus sample, preset ${preset}`;
write("quickstart-dice.png", spread(testDice(arms), { x: "Dice (0 to 1)", subtitle }));
write("quickstart-overlays.png", await testOverlays(arms, { cases: 1 }));
