import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { cacheFolder } from "../benchmarks/places.js";
import { DiskProblem, diskProblem, makeFolder, onDisk, ownPartOf } from "../disk.js";
import { claimWhenFree, type Waiting } from "../runs/claim.js";
import { trainHere } from "../runs/jobHere.js";

/** Where prepared data are, and where a node has its own. */
export interface Stage extends Pick<Waiting, "onWait" | "signal"> {
  /** The cache that all nodes see. */
  from: string;
  /** A folder on the node's own disk. */
  to: string;
}

/**
 * Copies what a cache has of a benchmark to a node's own disk. Of several processes of the node one does, while the others wait; gives the number of files
 * that this one copied. What is there already is not copied again: the name of a file of the cache says what it was decoded from, and how.
 */
export async function stage(benchmark: string, { from, to, signal, onWait }: Stage): Promise<number> {
  const [source, target] = [join(from, benchmark), join(to, benchmark)];
  if (!existsSync(source)) return 0;
  makeFolder(target);
  const claimed = await claimWhenFree(target, { signal, onWait });
  try {
    const files = onDisk(source, () => readdirSync(source, { withFileTypes: true }));
    const whole = files.filter((file) => file.isFile() && !file.name.endsWith(".part")).map(({ name }) => name);
    const missing = whole.filter((name) => bytesOf(join(target, name)) !== bytesOf(join(source, name)));
    for (const name of missing) {
      signal?.throwIfAborted();
      await copy(join(source, name), join(target, name));
    }
    return missing.length;
  } finally {
    claimed.release();
  }
}

const bytesOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;

/** Copies a file, which appears whole or not at all: what was written is compared with what was read by their checksums. */
async function copy(from: string, to: string): Promise<void> {
  const part = ownPartOf(to);
  const [read, written] = [createHash("sha256"), createHash("sha256")];
  try {
    await pipeline(
      createReadStream(from),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const bytes of chunks) {
          read.update(bytes);
          yield bytes;
        }
      },
      createWriteStream(part),
    );
    await pipeline(createReadStream(part), written);
    if (written.digest("hex") !== read.digest("hex"))
      throw new DiskProblem(to, `the copy is not what was read from ${from}; check the disk`);
    renameSync(part, to);
  } catch (error) {
    rmSync(part, { force: true });
    throw diskProblem(undefined, error);
  }
}

/** Trains as `trainHere`, each benchmark from the node's own disk, where that is named: what the cache has of it is copied there before. */
export function staged(folder: string | undefined, { onNote }: { onNote: (words: string) => void }): typeof trainHere {
  if (!folder) return trainHere;
  const [from, to] = [cacheFolder(), resolve(folder)];
  const there = new Set<string>();
  process.env.ARCO_CACHE = to;
  return async (order, told) => {
    const { benchmark } = order.config;
    if (!there.has(benchmark)) {
      const { signal } = told;
      const files = await stage(benchmark, { from, to, signal, onWait: onNote }).catch((error) => {
        if (!signal.aborted || error !== signal.reason) throw error;
      });
      if (files === undefined) return { kind: "stopped" };
      if (files > 0) onNote(`${benchmark}: ${files} prepared files copied to ${to}`);
      there.add(benchmark);
    }
    return trainHere(order, told);
  };
}
