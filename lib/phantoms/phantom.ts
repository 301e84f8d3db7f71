import type { Volume } from "../images/volume.js";

/** What a phantom may be told; everything has a default. */
export interface PhantomOptions {
  /** Equal seeds give equal files, byte for byte. */
  seed?: number;
  /** Size of the rarest class against its published share (by area or volume): 1 as published, 0.25 a quarter of it. */
  tail?: number;
  /** Linear size of the grid against the published one: 1 is the real matrix or photograph, 0.5 half of it along each axis. */
  size?: number;
  /** How many slices the volumes of a case have, where they are thick and the lists of the benchmark fix their number (ACDC); 10 unless told. */
  slices?: (id: string) => number;
}

/** Generated data that mimics one benchmark: its classes, proportions, contrast, noise and files; never to be shown as the real one. */
export interface Phantom {
  /** The benchmark it mimics. */
  name: string;
  /** What is like the real data and what is not, in two or three sentences for readers of a page. */
  facts: string;
  /** The `size` at which it is generated unless told otherwise, small enough for a laptop. */
  defaultSize: number;
  /**
   * Writes the files of some cases (patients, scenes) into a folder in the benchmark's real layout, names and encodings; what is generated
   * for a case depends on its id and the options alone. Yields after each case how many are done.
   */
  write(folder: string, ids: readonly string[], options?: PhantomOptions): AsyncGenerator<number>;
}

/** One scan and its truth. */
export interface Scan {
  image: Volume;
  label: Volume<Uint8Array>;
}
