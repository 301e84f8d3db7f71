// Makes the picture of the README from the quick start, training what is missing: node --import tsx docs/pictures.ts
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parameters } from "../lib/notebook/parameters.js";
import { progress } from "../lib/notebook/progress.js";
import { png } from "../lib/plots/render/png.js";
import { testOverlays } from "../lib/reports/pictures.js";
import { quickstart } from "../lib/reports/quickstart.js";

const { runs, preset, seeds } = parameters({ seeds: 1 });
const { arms } = await progress("Quick start", (live) => quickstart({ runs, seeds, config: { preset }, ...live }));
const path = fileURLToPath(new URL("quickstart-overlays.png", import.meta.url));
writeFileSync(path, png(await testOverlays(arms), { scale: 1 }));
