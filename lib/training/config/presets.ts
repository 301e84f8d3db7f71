import type { Benchmark, DataOptions } from "../../benchmarks/benchmark.js";
import { networks } from "../../networks/index.js";
import type { Preset } from "./schema.js";

/**
 * Options of the data that make a preset short: smaller slices of ACDC, so that a training converges in minutes; of volumes, patches and windows that two cores can see in time.
 * In full they are the paper's.
 */
export function dataOf({ name, kind }: Pick<Benchmark, "name" | "kind">, preset: Preset): DataOptions {
  if (name === "acdc" && preset === "mini") return { size: 128 };
  if (kind !== "volumes" || preset === "full") return {};
  return preset === "smoke" ? { patch: "32x32x16", stride: "32x32x16" } : { patch: "64x64x48", stride: "48x48x24" };
}

/** The network for images of a number of axes, unless told otherwise: the first one there is. */
export const usualNetwork = (dimensions: number): string =>
  Object.values(networks).find((one) => one.dimensions === dimensions)?.name ?? "unet";
