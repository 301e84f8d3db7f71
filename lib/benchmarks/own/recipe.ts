import { Problem } from "../../problem.js";
import type { Description } from "./description.js";
import type { Inspected } from "./inspecting.js";
import type { Listing } from "./pairs.js";

/** What a person may decide instead of the proposal. */
export interface RecipeOptions {
  modality?: "mr" | "ct";
  /** Of CT: the Hounsfield units that become 0 and 1. */
  window?: readonly [number, number];
  /** Across which direction volumes are sliced. */
  slices?: "axial" | "coronal" | "sagittal";
  /** Most pixels along a side of a slice. */
  size?: number;
  mirror?: boolean;
}

const orientations = { sagittal: "ASR", coronal: "RSA", axial: "RAS" } as const; // by what z is: right, anterior, superior
const abdomen = [-200, 250] as const; // HU, the window of LiTS

/**
 * Proposes how scans are shown to the network: slices across the thickest direction, at their median spacing (coarser where the largest slice would exceed `size`),
 * centred on a grid that holds all of them. `measured` are the cases that spacing is taken from. Gives the reasons too.
 */
export function recipeOf(
  cases: readonly Inspected[],
  measured: readonly Inspected[],
  said: Listing["modality"],
  { window, size = 256, mirror = true, ...asked }: RecipeOptions = {},
): { recipe: Description["recipe"]; decisions: string[] } {
  if (size < 32 || size % 16 !== 0)
    throw new Problem(
      `--size: found ${size}, expected a multiple of 16 from 32 on, which the U-Net can halve four times`,
    );
  const { modality, why } = asked.modality
    ? { modality: asked.modality, why: "as asked for" }
    : modalityOf(cases, said);
  const medians = [0, 1, 2].map((axis) => median(measured.map(({ spacingMm }) => spacingMm[axis])));
  const { slices, reason } = asked.slices ? { slices: asked.slices, reason: "as asked for" } : directionOf(medians);
  const [column, row] = inPlane[slices];
  const extent = (axis: number) => Math.max(...cases.map((one) => (one.size[axis] - 1) * one.spacingMm[axis]));
  const coarser = Math.max(1, ...[row, column].map((axis) => extent(axis) / medians[axis] / (size - 1)));
  const spacingMm = [row, column].map((axis) => rounded(medians[axis] * coarser));
  const imageSize = [row, column].map((axis, at) =>
    Math.max(32, 16 * Math.ceil((1 + Math.round(extent(axis) / spacingMm[at])) / 16)),
  );
  const [low, high] = window ?? abdomen;
  if (!(low < high)) throw new Problem(`--window: found ${low},${high}, expected the lower one first, as in -200,250`);
  const asIs =
    coarser === 1 ? "their median" : `coarser than their median, so that the largest fits into ${size} pixels (--size)`;
  return {
    recipe: {
      modality,
      ...(modality === "ct" && { window: [low, high] as const }),
      orientation: orientations[slices],
      spacingMm: [spacingMm[0], spacingMm[1]],
      imageSize: [imageSize[0], imageSize[1]],
      mirror,
    },
    decisions: [
      modality === "ct"
        ? `CT (${why}): ${low} to ${high} HU become 0 to 1 (--window); everything beyond looks alike`
        : `MR (${why}): each volume is clipped to its percentiles 0.5 and 99.5 and standardised`,
      `${slices} slices (${reason}), axes turned to ${orientations[slices]} by the affine`,
      `pixels of ${spacingMm[1]}×${spacingMm[0]} mm (${asIs}), centred on ${imageSize[1]}×${imageSize[0]}; images are resampled linearly, labels by the nearest`,
      mirror
        ? "training images are mirrored and turned; where left and right are classes of their own, import with --no-mirror"
        : "training images are neither mirrored nor turned by quarter turns",
    ],
  };
}

/** Which of right, anterior, superior run along the rows (x) and down the columns (y) of a slice. */
const inPlane = { sagittal: [1, 2], coronal: [0, 2], axial: [0, 1] } as const;

function modalityOf(cases: readonly Inspected[], said = "") {
  if (/^ct\b|computed tomography/i.test(said)) return { modality: "ct" as const, why: `dataset.json says ${said}` };
  if (said) return { modality: "mr" as const, why: `dataset.json says ${said}` };
  const dark = cases.filter(({ range }) => range.lowest <= -500).length;
  const why = `${dark} of ${cases.length} images go below −500, as air does in CT; --modality decides otherwise`;
  return { modality: 2 * dark > cases.length ? ("ct" as const) : ("mr" as const), why };
}

/** Slices are cut where the scanner cut them: across the direction in which voxels are longest, if they clearly are. */
function directionOf(medians: readonly number[]) {
  const names = ["sagittal", "coronal", "axial"] as const;
  const thickest = medians.indexOf(Math.max(...medians));
  const others = Math.max(...medians.filter((_, axis) => axis !== thickest));
  return medians[thickest] > 1.5 * others
    ? {
        slices: names[thickest],
        reason: `voxels are ${rounded(medians[thickest])} mm thick there and ${rounded(others)} mm across; --slices decides otherwise`,
      }
    : { slices: "axial" as const, reason: "voxels are about as long in every direction; --slices decides otherwise" };
}

const rounded = (value: number) => Number(value.toPrecision(4));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
