import { existsSync } from "node:fs";
import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import { benchmarkNamed } from "../benchmarks/index.js";
import { DiskProblem, writeWhole } from "../disk.js";
import { brightness } from "../images/augment/brightness.js";
import { writeNifti } from "../images/nifti/index.js";
import { niftiEnding } from "../images/nifti/name.js";
import type { Geometry, Volume } from "../images/volume.js";
import { png } from "../plots/render/png.js";
import { Problem } from "../problem.js";
import { readRun } from "../runs/records.js";
import { fixed, significant } from "../written.js";
import { checkMaskAlone, segmentPhotograph } from "./photographs.js";
import { segmentPreview } from "./preview.js";
import { readScan } from "./scan.js";
import { makeRoom, photographForm, type Results, resultsOf, scanForm, scansOf, type Wanted } from "./scanFiles.js";
import { type Segmenter, type SegmenterOptions, segmenter } from "./segment.js";
import type { SegmentOptions } from "./volume.js";

/** What to segment, with what, and where to. */
export interface SegmentFilesOptions extends SegmenterOptions, Wanted {
  /** Folder of the run. */
  run: string;
  /** Files, folders and patterns. */
  scans: readonly string[];
  /** The mask's file for one scan, else a folder. */
  out: string;
  overwrite?: boolean;
  /** Leaves out scans whose mask is there: it is written last, so all else of that scan is there too. */
  skipExisting?: boolean;
  /** Called after each scan, and within it between batches of windows or slices: then `done` has a part of it. */
  onProgress?: (progress: { done: number; of: number; id: string }) => void;
  /** Stops between two scans, or two batches of one, of which nothing is written then. */
  signal?: AbortSignal;
}

/** A scan with its files and what was found. */
export interface SegmentedScan extends Results {
  scan: string;
  /** Volume of each foreground class; nothing of photographs. */
  millilitres: Record<string, number>;
  /** Of photographs, percent of the pixels that are of each class. */
  percent?: Record<string, number>;
  warnings: string[];
}

/** What has been done: `skipped` scans had their masks already, `left` remain where it was stopped. */
export interface SegmentedFiles {
  run: string;
  benchmark: string;
  phantom: boolean;
  checkpoint: string;
  step: number;
  warnings: string[];
  scans: SegmentedScan[];
  failed: { scan: string; problem: string }[];
  skipped: number;
  left: number;
}

/**
 * Segments scans with the network of a run and writes every result whole, the mask last. A scan that cannot be segmented is named when the others are done; a disk that takes no result ends it.
 * Throws a Problem before anything is computed where a result is there already, unless told to overwrite; and where the only scan cannot be segmented.
 */
export async function segmentFiles({
  run,
  scans: words,
  out,
  checkpoint,
  stride,
  weighting,
  largestComponent,
  overwrite,
  skipExisting,
  onProgress,
  signal,
  ...wanted
}: SegmentFilesOptions): Promise<SegmentedFiles> {
  if (overwrite && skipExisting)
    throw new Problem("overwrite and skip-existing: found both, expected one; leave one of them out");
  const { benchmark: trained } = readRun(run).config;
  const form = benchmarkNamed(trained).kind === "photographs" ? photographForm : scanForm;
  if (form === photographForm) checkMaskAlone(wanted);
  const all = scansOf(words, form);
  const network = await segmenter(run, { checkpoint, stride, weighting, largestComponent });
  try {
    const { benchmark, step, warnings } = network;
    const results = resultsOf(all, out, foregroundOf(network), wanted, form);
    const open = [...all.keys()].filter((i) => !skipExisting || !existsSync(results[i].mask));
    const [scans, files] = [open.map((i) => all[i]), open.map((i) => results[i])];
    makeRoom(scans, files, { overwrite: overwrite || skipExisting }); // beside no mask lies what a stop left half done
    const done: SegmentedScan[] = [];
    const failed: SegmentedFiles["failed"] = [];
    for (const [i, scan] of scans.entries()) {
      await setImmediate();
      if (signal?.aborted) break;
      const tell = (done: number) => onProgress?.({ done, of: scans.length, id: basename(scan) });
      try {
        const watch = { signal, onShare: (share: number) => tell(i + share) };
        done.push(await segmentFile(network, scan, files[i], { ...wanted, ...watch }));
      } catch (error) {
        if (signal?.aborted && error === signal.reason) break;
        if (!(error instanceof Problem) || all.length === 1) throw error;
        failed.push({ scan, problem: error.message });
        if (error instanceof DiskProblem) break; // the next result would not be written either
      }
      tell(i + 1);
    }
    const { name, phantom } = benchmark;
    const left = scans.length - done.length - failed.length;
    return {
      run,
      benchmark: name,
      phantom,
      checkpoint: network.checkpoint,
      step,
      warnings,
      scans: done,
      failed,
      skipped: all.length - scans.length,
      left,
    };
  } finally {
    network.dispose();
  }
}

const foregroundOf = ({ benchmark }: Segmenter) => benchmark.classes.slice(1).map(({ name }) => name);

async function segmentFile(
  network: Segmenter,
  scan: string,
  files: Results,
  options: SegmentOptions,
): Promise<SegmentedScan> {
  if (network.benchmark.kind === "photographs")
    return { scan, ...files, millilitres: {}, ...(await segmentPhotograph(network, scan, files)) };
  const { mask, probabilities = [], uncertainty, warnings } = await network.segment(scan, options);
  const names = foregroundOf(network);
  const millilitres = Object.fromEntries(names.map((name, i) => [name, volumeOf(mask, i + 1)]));
  const like = niftiEnding.test(scan) ? scan : undefined; // masks of other files have the same affine, in the form of NIfTI
  const write = (path: string, volume: Volume<Float32Array | Uint8Array>) => writeNifti(path, volume, { like });
  for (const [i, path] of files.probabilities.entries()) write(path, probabilities[i + 1]);
  if (files.uncertainty && uncertainty) write(files.uncertainty, uncertainty);
  if (files.preview) {
    const { classes, orientation, phantom, name } = network.benchmark;
    const title = `${basename(scan)}: ${volumesInWords(millilitres)}`;
    const subtitle = `Network: ${network.config.method} on ${name}${phantom ? " (PHANTOM data)" : ""}, step ${network.step}.`;
    const sheet = segmentPreview(brightness(readScan(scan, network.benchmark).image), mask, {
      classes,
      orientation,
      title,
      subtitle,
    });
    writeWhole(files.preview, png(sheet));
  }
  writeMask(files.mask, mask, like, network.benchmark.labelValues);
  return { scan, ...files, millilitres, warnings };
}

/** Writes a mask in the place of its scan, with what stands for its classes in the label files it was learnt from. */
function writeMask(path: string, mask: Volume<Uint8Array>, like?: string, values?: readonly number[]): void {
  if (!values) {
    writeNifti(path, mask, { like });
    return;
  }
  const highest = Math.max(...values);
  const dtype = highest < 2 ** 8 ? "uint8" : highest < 2 ** 16 ? "uint16" : "int32";
  writeNifti(path, { ...mask, data: Float32Array.from(mask.data, (number) => values[number]) }, { dtype, like });
}

/** "anterior 1.17 ml, posterior 1.32 ml". */
export function volumesInWords(millilitres: SegmentedScan["millilitres"]): string {
  const entries = Object.entries(millilitres);
  if (entries.every(([, volume]) => volume === 0)) return "none of the classes was found";
  return entries
    .map(([name, volume]) => `${name} ${volume >= 100 ? fixed(volume, 0) : significant(volume, 3)} ml`)
    .join(", ");
}

/** Volume of a class in ml. */
function volumeOf({ data, affine }: Volume<Uint8Array>, value: number): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i] === value) count++;
  return (count * voxelVolume(affine)) / 1000;
}

function voxelVolume([[a, b, c], [d, e, f], [g, h, i]]: Geometry["affine"]): number {
  return Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g));
}
