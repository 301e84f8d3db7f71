import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DiskProblem, makeFolder } from "../../disk.js";
import { copyGeometry } from "../../images/nifti/geometry.js";
import { Problem } from "../../problem.js";
import { pairsIn } from "./pairs.js";

/** Which files were written, and what kept others from being. */
export interface PlacedLabels {
  written: string[];
  failed: { label: string; problem: string }[];
}

/**
 * Gives a label, or each in a folder, the geometry of its image, in a new file or folder. A label that cannot be placed is named when the others are done;
 * throws a Problem where it is the only one, and before anything is written where a file is there already.
 */
export function placeLabels(label: string, like: string, out: string, { overwrite = false } = {}): PlacedLabels {
  const jobs = isFolder(label) ? inFolders(label, like, out) : [{ label, image: like, out }];
  for (const job of jobs) {
    if (!existsSync(job.out)) continue;
    if ([job.label, job.image].some((source) => existsSync(source) && realpathSync(source) === realpathSync(job.out)))
      throw new Problem(`${job.out}: would be replaced while it is read; choose another --out`);
    if (!overwrite)
      throw new Problem(`${job.out}: is there already; choose another --out, or add --overwrite to replace it`);
  }
  const found: PlacedLabels = { written: [], failed: [] };
  for (const job of jobs) {
    try {
      makeFolder(dirname(job.out));
      copyGeometry(job.label, job.image, job.out);
      found.written.push(job.out);
    } catch (error) {
      if (!(error instanceof Problem) || error instanceof DiskProblem || jobs.length === 1) throw error;
      found.failed.push({ label: job.label, problem: error.message });
    }
  }
  return found;
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function inFolders(labels: string, images: string, out: string) {
  return pairsIn(images, labels).pairs.flatMap(({ image, label }) =>
    label === undefined
      ? []
      : [{ label: resolve(labels, label), image: resolve(images, image), out: join(out, label) }],
  );
}
