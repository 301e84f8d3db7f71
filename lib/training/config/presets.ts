import type { Benchmark, DataOptions } from "../../benchmarks/benchmark.js";
import { benchmarks } from "../../benchmarks/index.js";
import { sizeOf } from "../../images/values.js";
import { lookUp } from "../../lookUp.js";
import { networks } from "../../networks/index.js";
import type { Preset } from "./schema.js";

/**
 * Options of the data that make a preset short: smaller slices of ACDC and frames of CamVid, so that a training converges in minutes; of volumes, patches and windows that two cores
 * can see in time, those of LA large enough to show where they lie; of photographs small cuts. In full they are the paper's.
 */
export function dataOf(
  { name, kind, imageSize }: Pick<Benchmark, "name" | "kind" | "imageSize">,
  preset: Preset,
): DataOptions {
  if (name === "acdc" && preset === "mini") return { size: 128 };
  if (name === "camvid" && preset === "mini") return { width: 240, crop: 160 };
  if (name === "camvid" && preset === "smoke") return { width: 96, crop: 64 };
  if (kind === "photographs" && preset === "smoke") return { crop: 64 };
  if (kind !== "volumes" || preset === "full") return {};
  if (preset === "smoke") return { patch: "32x32x16", stride: "32x32x16" };
  // About 16 windows a scan. Of 64×64×48 nothing in a patch says where it lies, and patches of a training hold 27 % atrium, windows 16 %; of these 24 and 20 %.
  if (name === "la") return { patch: "96x96x64", stride: "48x48x32" };
  const isSmall = sizeOf(imageSize) <= 64 * 64 * 48; // seen whole as it is
  return isSmall ? {} : { patch: "64x64x48", stride: "48x48x24" };
}

/** The benchmark of a name as a network sees it: where that is one of volumes and the benchmark has slices, its scans whole, if they can be seen so. */
export function benchmarkFor(name: string, network: string | undefined, where: string): Benchmark {
  const found = lookUp(benchmarks, name, where);
  const isOfVolumes = network !== undefined && Object.hasOwn(networks, network) && networks[network].dimensions === 3;
  return isOfVolumes && found.whole !== undefined ? lookUp(benchmarks, found.whole, where) : found;
}

/** The network for images of a number of axes, unless told otherwise: the first one there is. */
export const usualNetwork = (dimensions: number): string =>
  Object.values(networks).find((one) => one.dimensions === dimensions)?.name ?? "unet";

/** That for a benchmark: for photographs DeepLabv3+, as published in full, else the small one that two cores can train. */
export const networkFor = ({ kind, imageSize }: Pick<Benchmark, "kind" | "imageSize">, preset: Preset): string =>
  kind === "photographs" ? (preset === "full" ? "resnet101" : "lite0") : usualNetwork(imageSize.length);
