import { join } from "node:path";
import { importScans } from "../lib/benchmarks/own/importing.js";
import { box, scan, volume } from "./benchmarks/ownFiles.js";
import { temporary } from "./temporary.js";

/**
 * Makes "boxes", a benchmark of tiny scans (six slices of 20×18 pixels) that this process and those it starts know: 2 of
 * its scans are trained on with labels, 2 without, 1 validates and `test` of them test. A short run on it takes a third of
 * the time of one on the hippocampus sample, which scores thirty larger volumes.
 */
export async function boxes({ test = 1 } = {}): Promise<"boxes"> {
  const folder = temporary("arco-boxes-");
  const labeled = 3 + test;
  for (let at = 0; at < labeled + 2; at++) {
    scan(join(folder, "images", `p${at}.nii.gz`), `p${at}`);
    if (at < labeled) volume(join(folder, "labels", `p${at}.nii.gz`), box());
  }
  const from = { images: join(folder, "images"), labels: join(folder, "labels") };
  await importScans({ from, name: "boxes", out: join(folder, "boxes"), validation: 1, test });
  process.env.ARCO_DATA = folder;
  return "boxes";
}
