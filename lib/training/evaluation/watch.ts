import { setImmediate } from "node:timers/promises";

/** How a prediction of many batches, of windows or of slices, is stopped and followed. */
export interface Watch {
  /** Stops before a batch by throwing the signal's reason. */
  signal?: AbortSignal;
  /** Told between two batches what share of them is done, above 0 and below 1. */
  onShare?: (share: number) => void;
}

/** Lets other work in before a batch and tells the share that is done; throws the signal's reason where that is aborted. */
export async function beforeBatch({ signal, onShare }: Watch, share: number): Promise<void> {
  await setImmediate(); // without it no signal of the system is heard
  if (share > 0) onShare?.(share);
  signal?.throwIfAborted();
}
