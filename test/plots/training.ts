import { stream } from "../../lib/engine/random.js";
import { curves } from "../../lib/plots/charts/curves.js";
import { type Dose, doseResponse } from "../../lib/plots/charts/doseResponse.js";
import { type LedgerRow, ledgerCurves } from "../../lib/plots/charts/ledgerCurves.js";
import { stepCost } from "../../lib/plots/charts/stepCost.js";
import { chosenPixels } from "../../lib/plots/pictures/chosenPixels.js";
import { type Embedded, embedding } from "../../lib/plots/pictures/embedding.js";
import { pixelMap } from "../../lib/plots/pictures/pixelMap.js";
import type { Figure } from "../../lib/plots/render/figure.js";
import { principalComponents } from "../../lib/statistics/principalComponents.js";
import { classes, image, label, loss, naive, shape } from "./heart.js";

/** Representations of 300 pixels whose classes lie so far apart. */
export function embedded(title: string, apart: number): Embedded {
  const [n, d] = [300, 8];
  const rng = stream(0, "embedding");
  const label = Uint8Array.from({ length: n }, (_, i) => i % 4);
  const rows = Float32Array.from(
    { length: n * d },
    (_, at) => rng.normal() + apart * Math.cos(2 * label[Math.floor(at / d)] + (at % d)),
  );
  return { title, label, ...principalComponents(rows, [n, d]) };
}

/** Three classes over eleven steps. */
export const ledger: LedgerRow[] = ["right ventricle", "myocardium", "left ventricle"].flatMap((className, at) =>
  Array.from({ length: 11 }, (_, i) => {
    const between = 0.15 + 0.1 * at + 0.03 * i;
    const rho = 0.1 * Math.sin(i + at) - 0.05;
    const ns = 0.02 * Math.exp(-i / 5) * (1 + at);
    const [sg, sag] = [ns * (1 - between), ns * (1 - between) * (1 + rho)];
    const seen = (value: number, name: string) => value * Math.exp(0.08 * stream(at, name, i).normal());
    return {
      step: 100 * i,
      className,
      quantity: "loss",
      ...{ ns, sg, sag, between, rho },
      observedNs: seen(ns, "ns"),
      observedSg: seen(sg, "sg"),
      observedSag: seen(sag, "sag"),
    };
  }),
);

/** Six weights, three seeds. */
export const doses: Dose[] = [0.001, 0.005, 0.01, 0.05, 0.1, 1].flatMap((weight) =>
  [0, 1, 2].map((seed) => {
    const away = Math.abs(Math.log10(weight) + 2);
    const noise = 0.01 * stream(seed, "dose", weight).normal();
    return { weight, seed, dice: 0.84 - 0.04 * away + noise, asd: 1.2 + 0.7 * away - 10 * noise };
  }),
);

const parts = [
  "batch and augmentation",
  "student forward",
  "teacher forward",
  "sampling",
  "contrastive loss",
  "gradients",
];
const costs = [["ARCO-SG", [31, 88, 74, 6.4, 45, 203]] as const, ["mean teacher", [30, 86, 73, 0, 0, 150]] as const];

/** Figures of what training does. */
export const trainingFigures: Record<string, Figure> = {
  embedding: embedding([embedded("before training", 0.3), embedded("after training", 2)], { classes }),
  ledgerCurves: ledgerCurves(ledger),
  doseResponse: doseResponse(doses, { x: "weight of the contrastive loss, λ₁ (no unit)", standard: 0.01 }),
  chosenPixels: chosenPixels(
    [
      {
        title: "case 1, slice 12\nlabelled",
        image,
        shape,
        truth: label,
        chosen: [
          { class: 0, pixels: [5, 5, 9000] },
          { class: 2, pixels: naive(64, stream(0, "queries")) },
        ],
      },
      { title: "case 2, slice 9\nunlabelled", image, shape, chosen: [{ class: 3, pixels: [4554] }] },
    ],
    { classes },
  ),
  pixelMap: pixelMap(
    [{ title: "case 1, slice 12", image: loss.map((value, i) => (label[i] ? value : Number.NaN)), shape }],
    {
      z: "contrastive loss (no unit)",
    },
  ),
  stepCost: stepCost(parts.map((part, at) => ({ part, milliseconds: costs[0][1][at] }))),
  stepCosts: stepCost(
    costs.flatMap(([arm, times]) => parts.map((part, at) => ({ part, milliseconds: times[at], arm }))),
  ),
  lossBand: curves(
    ["NS", "SG", "SAG"].flatMap((arm, at) =>
      [0, 1, 2].flatMap((seed) =>
        Array.from({ length: 41 }, (_, i) => ({
          arm,
          seed,
          step: 5 * i,
          value: 0.0185 + 0.005 * Math.exp(-i / (14 - 2 * at)) + 0.0002 * stream(seed, arm, i).normal(),
        })),
      ),
    ),
    { x: "epochs", y: "contrastive loss (no unit)", band: "deviation" },
  ),
};
