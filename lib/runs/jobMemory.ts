import type { Config } from "../training/config/schema.js";
import { fixed } from "../written.js";
import { pixelsOf } from "./sideBySide.js";

/** Whether the memory that is left suffices for one more training like those at work. */
export interface MemoryWatch {
  /** A training takes so many bytes. */
  seen(bytes: number): void;
  /** Why no further process should be started now; undefined where there is room. */
  lacking(): string | undefined;
}

// Measured on U-Nets: a process takes about 0.6 GB, and 2 kB more for each pixel of its step's images.
const base = 0.6e9;
const perPixel = 2000;

/** Starts to watch the memory for some trainings: assumed from their pixels until one was seen. A fifth more than a training takes has to be left. */
export function memoryFor(
  configs: readonly Config[],
  { available = () => process.availableMemory() }: { available?: () => number } = {},
): MemoryWatch {
  const pixels = configs.map((config) => (config.batch.labeled + config.batch.unlabeled) * pixelsOf(config));
  const assumed = base + perPixel * Math.max(0, ...pixels);
  let most = 0;
  return {
    seen: (bytes) => {
      most = Math.max(most, bytes);
    },
    lacking() {
      const needed = 1.2 * (most || assumed);
      const left = available();
      if (left >= needed) return undefined;
      const gigabytes = (bytes: number) => fixed(bytes / 1e9, 1);
      return `memory: ${gigabytes(left)} GB are left, one more training side by side would take about ${gigabytes(needed)} GB; fewer run at once`;
    },
  };
}
