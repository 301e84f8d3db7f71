import { placesOf } from "../../heads/pixels.js";
import { cellOf, type Groups, groupsOf } from "../../samplers/groups.js";
import type { Population } from "../../samplers/population.js";
import { variances } from "../../samplers/variance.js";
import { decision, fewestPairs } from "../../statistics/decision.js";
import { ofDifferences } from "../../statistics/paired.js";
import { summary } from "../../statistics/summary.js";
import { percent, range } from "../../written.js";
import type { LossField } from "./lossField.js";

/** Ways to cut a volume into cells, along x, y and z: the plane's cells through all slices, cells of the volume, and as many of these in the plane alone. */
export const volumeCuts = {
  "4×4 in the plane": [4, 4, 1],
  "4×4×4": [4, 4, 4],
  "8×8 in the plane": [8, 8, 1],
} as const satisfies Record<string, readonly number[]>;
type Cut = keyof typeof volumeCuts;
const cuts = Object.keys(volumeCuts) as readonly Cut[];

/** What SG and SAG leave of NS's variance of the mean loss (or gradient) of a class, where its voxels are cut in some way. */
export interface CutGain {
  training: number;
  step: number;
  title: string;
  quantity: "loss" | "gradient";
  cut: Cut;
  groups: number;
  sg: number;
  sag: number;
}

/** Groups by the cell in which a voxel lies, with another number of cells along each axis, pooled over the batch. */
export function cutGroups({ pixels, shape }: Population, cells: readonly number[]): Groups {
  const [, ...places] = placesOf(pixels, shape);
  return groupsOf(
    pixels.map((_, i) =>
      places.reduce((cell, place, axis) => cell * cells[axis] + cellOf(place[i], shape[axis], cells[axis]), 0),
    ),
  );
}

/** What each cut leaves, by the theorem, for losses and gradients of every field of volumes, with n queries. Fields without variance are left out. */
export const cutGains = (fields: readonly LossField[], { n = 256 } = {}): CutGain[] =>
  fields.flatMap(({ population, training = 0, step, title, losses, gradients }) =>
    cuts.flatMap((cut) => {
      const groups = cutGroups(population, volumeCuts[cut]);
      return (["loss", "gradient"] as const).flatMap((quantity) => {
        const { ns, sg, sag } = variances(quantity === "loss" ? losses : gradients, groups, n);
        return ns === 0
          ? []
          : { training, step, title, quantity, cut, groups: groups.count, sg: sg / ns, sag: sag / ns };
      });
    }),
  );

/** Means over batches and trainings, a row for each class, quantity and cut. */
export const cutRows = (found: readonly CutGain[]) =>
  [...new Set(found.map(({ title, quantity }) => `${title}, ${quantity}`))].flatMap((name) =>
    cuts.flatMap((cut) => {
      const own = found.filter((one) => `${one.title}, ${one.quantity}` === name && one.cut === cut);
      const mean = (of: (one: CutGain) => number) => summary(own.map(of)).mean;
      return own.length === 0
        ? []
        : {
            "class, quantity": name,
            cells: cut,
            groups: Math.round(mean(({ groups }) => groups)),
            "SG / NS": mean(({ sg }) => sg),
            "SAG / NS": mean(({ sag }) => sag),
          };
    }),
  );

/** What the third axis changes, a sentence for each quantity and sampler: cells of the volume against those of the plane, and against as many of the plane alone. Intervals are over trainings. */
export const thirdAxisFindings = (found: readonly CutGain[]): string[] =>
  (["loss", "gradient"] as const).flatMap((quantity) =>
    (["sg", "sag"] as const).flatMap((sampler) => {
      const own = found.filter((one) => one.quantity === quantity);
      if (own.length === 0) return [];
      const trainings = [...new Set(own.map(({ training }) => training))];
      const saved = (cut: Cut) =>
        trainings.map(
          (training) =>
            1 -
            summary(own.filter((one) => one.training === training && one.cut === cut).map((one) => one[sampler])).mean,
        );
      const [plane, volume, finer] = cuts.map(saved);
      const words = [plane, volume, finer].map((values, at) => `${shareOf(values)} with ${cuts[at]}`);
      const less = (others: readonly number[]) => volume.map((value, at) => value - others[at]);
      const count = trainings.length === 1 ? "one training" : `${trainings.length} trainings`;
      return `Of the variance of the mean ${quantity}, ${sampler.toUpperCase()} saves ${words.join(", ")} cells (${count}). The third axis ${verdict(less(plane))}; against as many cells in the plane it ${verdict(less(finer))}.`;
    }),
  );

function shareOf(values: readonly number[]): string {
  const { mean, interval } = summary(values);
  const bare = (share: number) => percent(share, 1).replace(" %", "");
  return interval ? `${percent(mean, 1)} (95 % interval ${range(interval, bare)} %)` : percent(mean, 1);
}

function verdict(differences: readonly number[]): string {
  const pairs = ofDifferences(differences);
  return {
    decided: pairs.difference.mean > 0 ? "saves more" : "saves less",
    undecided: "makes no difference beyond the spread of the trainings",
    "too few": `makes a difference that is not decided (that takes ${fewestPairs} trainings)`,
  }[decision(pairs)];
}
