import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { sideBySide } from "../../images/channels.js";
import { checkSameGrid } from "../../images/geometry/grid.js";
import { reorient } from "../../images/geometry/orientation.js";
import { readNiftiHeader } from "../../images/nifti/bytes.js";
import { readNifti, readNiftiLabel, readNiftiSeries } from "../../images/nifti/index.js";
import type { Geometry, Volume } from "../../images/volume.js";
import { Problem } from "../../problem.js";
import { namesIn } from "../places.js";

/** Before contrast, arterial, venous: the network's three channels, in the order in which one file holds them. */
export const phases = ["pre", "art", "ven"] as const;

/** Which way volumes are turned. */
export const codes = "LPS";

/** Whether a folder holds folders of cases. */
export const isMpMri = (folder: string): boolean =>
  namesIn(folder).some((id) => ["art", "image"].some((name) => formsOf(join(folder, id, name)).length > 0));

/**
 * The files of a case, whether they exist or not: an image for each phase, or one of four dimensions for all.
 * Throws a Problem where both forms are there, or one name both as .nii and as .nii.gz.
 */
export function filesOf(folder: string, id: string): { images: string[]; labels: [string] } {
  const place = (name: string) => join(folder, id, name);
  const series = formsOf(place("image"));
  const apart = phases.flatMap((phase) => formsOf(place(phase)));
  if (series.length > 0 && apart.length > 0)
    throw new Problem(
      `${join(folder, id)}: found ${[...series, ...apart].map((path) => basename(path)).join(", ")}, expected one file for all phases or one for each; move one form away`,
    );
  return {
    images: (series.length > 0 ? ["image"] : phases).map((name) => fileOf(place(name))),
    labels: [fileOf(place("label"))],
  };
}

function fileOf(name: string): string {
  const [path = `${name}.nii.gz`, other] = formsOf(name);
  if (other === undefined) return path;
  throw new Problem(
    `${dirname(path)}: found ${basename(path)} and ${basename(other)}, expected one of them; move the other away`,
  );
}

const formsOf = (name: string) => [`${name}.nii.gz`, `${name}.nii`].filter((path) => existsSync(path));

/** What one of a case's images holds: its phase, or all of them. */
export const volumesIn = (path: string, images: readonly string[]): Volume[] =>
  images.length === 1 ? readNiftiSeries(path, phases) : [readNifti(path)];

/** The grid of the arterial phase, to which the others are registered. */
export function gridOf([first, art]: readonly string[]): Geometry & { path: string } {
  return art === undefined
    ? { ...readNiftiHeader(first, phases), path: first }
    : { ...readNiftiHeader(art), path: art };
}

/** The phases of a case side by side in every voxel, turned. Throws a Problem where their grids differ. */
export function readPhases(folder: string, id: string): Volume {
  const { images } = filesOf(folder, id);
  const volumes = images.flatMap((path) => volumesIn(path, images)).map((phase) => reorient(phase, codes));
  const [, art] = volumes;
  for (const phase of volumes) checkSameGrid(art, phase);
  const path = images.length === 1 ? images[0] : join(folder, id);
  return { ...art, data: sideBySide(volumes.map(({ data }) => data)), path };
}

/** The liver of a case, turned. */
export const readLiver = (folder: string, id: string): Volume<Uint8Array> =>
  reorient(readNiftiLabel(filesOf(folder, id).labels[0], [0, 1]), codes);
