import type { AugmentOptions } from "../images/augment/slices.js";
import type { Geometry, Volume } from "../images/volume.js";
import type { Store } from "./cache/store.js";
import type { SlidingWindow } from "./kinds/slidingWindow.js";

/** A class of a benchmark; number 0 is the background (or the first class where there is none). */
export interface ClassInfo {
  name: string;
  /** Red, green, blue, 0–255. */
  color: readonly [number, number, number];
}

/** One thing to train on: a slice, a volume or a photograph, `channels` last, values as the network sees them before augmentation. */
export interface Example {
  id: string;
  /** The volume (or scene) it is a part of, its place there from 0, and how many parts there are: for methods that pair neighbours. */
  case: string;
  slice: number;
  slices: number;
  image: Float32Array; // [...shape, channels]
  /** Class of every pixel, −1 = ignore; absent for unlabelled examples. */
  label?: Int8Array; // [...shape]
  /** [height, width] or [x, y, z]; where it differs from the benchmark's `imageSize` (volumes, photographs), augmentation cuts a patch. */
  shape: readonly number[];
}

/** Examples that can be read one by one. An unlabelled pool never touches a label file. */
export interface Pool {
  readonly labeled: boolean;
  readonly size: number;
  readonly ids: readonly string[];
  /** Of every example: its volume, its place there, and how many slices that has. */
  readonly places: readonly Pick<Example, "case" | "slice" | "slices">[];
  read(index: number): Promise<Example>;
}

/** One volume (or photograph, as a volume of one slice) to be scored, as it lies on the disk: not normalised, on its own grid. */
export interface Case {
  id: string;
  /** Where a benchmark has several channels, each voxel has that many values, side by side. */
  image: Volume;
  /** Class of every voxel, 255 = ignore. */
  label: Volume<Uint8Array>;
}

/** Cases that are scored. Reading a test case before `openTest` was called throws a Problem. */
export interface CaseSet {
  readonly split: "validation" | "test";
  readonly ids: readonly string[];
  read(index: number): Promise<Case>;
}

/** What is wrong, or what was found, at one expected file. */
export interface FileCheck {
  path: string;
  ok: boolean;
  /** Found, expected, what to do; empty when all is well. */
  message: string;
  /** What was taken for values of its header that are missing or cannot be used, and in what it is unlike the others' files, in sentences. */
  remarks?: readonly string[];
}

/** Whether the files of a benchmark are there, without reading them. */
export interface State {
  folder?: string;
  /** The form in which the files were found, where a benchmark knows several ("NIfTI", "h5 slices"). */
  layout?: string;
  found: number;
  expected: number;
  /** What is missing and what to do; empty when all files are there. */
  message: string;
}

/** The choices a benchmark leaves open ("labeledBy", later "modality", "crop", "tail"), each with a value. */
export type DataOptions = Readonly<Record<string, string | number | boolean>>;

/** How a benchmark is to be opened. */
export interface OpenOptions {
  /** One of the benchmark's `labeledChoices`. */
  labeled: number;
  /** Which patients (or photographs) the labelled ones are: 0 as published, any other number draws them; with the same one, fewer are among more. */
  labeledSeed?: number;
  /** With false every training case is unlabelled, and no label of one can be read; `labeled` then only decides the order. */
  labels?: boolean;
  /** Other choices than the benchmark's own, for a copy with fewer cases. */
  labeledChoices?: readonly number[];
  /** Another distance of voxels than the benchmark's own, for a copy on a coarser grid. */
  spacingMm?: Geometry["spacingMm"];
  /** Overrides where the files are looked for. */
  folder?: string;
  /** Changes to `optionsOf("lab")`; an unknown name or value throws a Problem. */
  options?: DataOptions;
}

/** How a volume (or photograph) is shown to the network, and how what it says is put back. */
export interface Preprocessing {
  /** The slices of a volume as the network sees them, each of `shape`: normalised and resized, channels last. A volume of a 3D benchmark is one such part. */
  toNetwork(image: Volume): { slices: Float32Array[]; shape: readonly number[] };
  /** Of volumes of a 3D benchmark: the patches by which they are looked at; absent where the network sees each slice as a whole. */
  slidingWindow?: SlidingWindow;
  /** Class maps of the network's slices, put back on the grid of the volume they came from. */
  fromNetwork(maps: readonly Uint8Array[], onto: Volume): Volume<Uint8Array>;
}

/** A benchmark whose files were found: what training, validation and the final test read. */
export interface Opened extends Preprocessing {
  /** With the `imageSize` that the options ask for. */
  benchmark: Benchmark;
  folder: string;
  /** What opens the same again, in this thread or another: everything filled in. */
  options: OpenOptions;
  labeled: Pool;
  unlabeled: Pool;
  validation: CaseSet;
  test: CaseSet;
  /** Allows the final evaluation; before it every read of a test case throws. */
  openTest(): void;
  /** What the pools read from, decoded once and kept on the disk. */
  store: Store;
  /** What a person who reads results on it must know, such as how many scans were missing; empty where all is as published. */
  notes: readonly string[];
}

/** One of the data sets of the paper (or an open one beside them): where it is, how it is split, what the paper did with it. */
export interface Benchmark {
  name: string;
  title: string;
  cite: string;
  licence: string;
  /** Where to get it and where to put it. */
  source: string;
  /** What is known to be odd in its files, in sentences; nothing where absent. */
  oddities?: readonly string[];
  /** What the network sees: slices of volumes, patches of volumes, or (patches of) photographs. */
  kind: "slices" | "volumes" | "photographs";
  /** Of slices, the benchmark in which a network of volumes sees the same scans whole; absent where there is none. */
  whole?: string;
  /** Which way the axes x, y, z of its volumes point as the network sees them, such as "RAS"; absent where files are taken as they lie. */
  orientation?: string;
  /** Distance of its voxels along z, y, x, in that orientation, where all volumes have about the same and are not resampled. */
  spacingMm?: Geometry["spacingMm"];
  channels: 1 | 3;
  /** What its channels are, where a scan is a series of volumes in one file of four dimensions. */
  series?: readonly string[];
  classes: readonly ClassInfo[];
  /** What stands for each class in the label files of one's own scans, and is to stand in masks that are written for them; 0, 1, 2, … where absent. */
  labelValues?: readonly number[];
  /** The network's input, [height, width] or [x, y, z]. */
  imageSize: readonly number[];
  /** Of photographs: the smallest and largest factor by which they are resized at random before a patch is cut; 1 where absent. */
  scales?: readonly [number, number];
  /** Official numbers of labelled cases, smallest first, the last one all of them. */
  labeledChoices: readonly number[];
  /** Whose scan a case is, where several are of one patient: they resemble each other, so that statistics count them once. */
  patientOf?(id: string): string;
  /** How distances are measured: the scanner's mm, or voxels where spacing is unknown or the paper ignores it. */
  unit: "mm" | "voxel";
  /** Generated data, never to be shown as the real benchmark. */
  phantom: boolean;
  /** The folder that holds the files, or undefined when none of the usual places does. */
  find(folder?: string): string | undefined;
  /** Whether the split has cases to choose the best weights by; where it has none, the last weights are tested. */
  hasValidation: boolean;
  /** Augmentation that protocol lab leaves out because it would turn one class into another. */
  augmentation?: Partial<AugmentOptions>;
  /** The choices it leaves open, as our default, the paper or the released code has them; also the list of allowed names. */
  optionsOf(protocol: "lab" | "paper" | "released"): DataOptions;
  /** What is there, at a glance. */
  state(folder?: string, options?: DataOptions): State;
  /** Verifies every expected file under a folder: shape, geometry, labels, as far as the form of the files allows. `spacingMm` is that of a copy on a coarser grid. */
  check(folder: string, options?: DataOptions, spacingMm?: Geometry["spacingMm"]): AsyncIterable<FileCheck>;
  /** How a volume is shown to the network with the options given; needs no file of the benchmark. */
  preprocessing(options?: DataOptions): Preprocessing;
  /** Opens it for training. Throws a Problem that says where to get the files when they are missing. */
  open(options: OpenOptions): Promise<Opened>;
}
