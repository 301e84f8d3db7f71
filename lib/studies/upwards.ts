import type { Benchmark } from "../benchmarks/benchmark.js";
import { isUpwards } from "../images/geometry/orientation.js";

/** Whether a benchmark's images are looked at with their second index upwards: photographs never are. */
export const isSeenUpwards = ({ kind, orientation = "RAS" }: Pick<Benchmark, "kind" | "orientation">): boolean =>
  kind !== "photographs" && isUpwards(orientation);
