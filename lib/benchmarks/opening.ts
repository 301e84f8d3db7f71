import { sizeOf } from "../images/values.js";
import { Problem } from "../problem.js";
import type { Benchmark, Case, DataOptions, Opened, OpenOptions, Preprocessing } from "./benchmark.js";
import { type Decoded, type Group, type Store, store } from "./cache/store.js";
import { type Guard, leakGuard } from "./guard.js";
import { drawLabeled } from "./labeledDraw.js";
import { caseSet, pool, type Slice } from "./pools.js";

/** What a benchmark has to say to be opened. */
export interface Source {
  folder: string;
  options: DataOptions;
  /** Everything beside the files that decides what `decode` gives: the options it looks at, and a number that is raised when its code changes. */
  recipe: readonly unknown[];
  /** Training examples in the order of the split; the first `labeledSlices` are labelled. */
  slices: readonly Slice[];
  labeledSlices: number;
  /** Whether an example has a label, where not all have. */
  hasLabel?(slice: Slice): boolean;
  /** Whether the labelled ones are those of the seed already; else they are drawn here. */
  isDrawn?: boolean;
  /** How many slices a training file has, where not all of them are trained on. */
  partsOf?(file: string): number;
  validation: readonly string[];
  test: readonly string[];
  /** The files that a training file (`Slice.file`) is decoded from, whether they exist or not. */
  filesOf(file: string): { images: readonly string[]; labels: readonly string[] };
  /** Reads all slices of a training file as the network sees them; the label file is not to be touched unless `labeled`. `shape` is `imageSize` where it is left out. */
  decode(file: string, labeled: boolean): Promise<Omit<Decoded, "shape"> & Partial<Pick<Decoded, "shape">>>;
  /** See `Opened`. */
  notes?: readonly string[];
  /** One validation or test case as it lies on the disk. */
  readCase(id: string): Promise<Case>;
  preprocessing: Preprocessing;
}

/** Opens a benchmark: pools over one store, case sets, and the leak guard in front of every file. */
export function openSource(
  benchmark: Benchmark,
  { labeled: choice, labeledSeed = 0, labels = true }: OpenOptions,
  source: Source,
): Opened {
  const { patientOf = (id: string) => id } = benchmark;
  const listed = { all: source.slices, labeled: source.labeledSlices };
  const { all: slices, labeled: first } = drawLabeled(listed, source.isDrawn ? 0 : labeledSeed, {
    patientOf: (slice) => patientOf(slice.case),
    hasLabel: source.hasLabel,
  });
  const count = labels ? first : 0;
  const labeled = slices.slice(0, count);
  const unlabeled = slices.slice(count);
  const filesOf = (slices: readonly Slice[]) => slices.map(({ file }) => file);
  const guard = leakGuard({
    labeled: filesOf(labeled),
    unlabeled: filesOf(unlabeled),
    validation: source.validation,
    test: source.test,
  });

  const files = [...new Set(filesOf(slices))];
  const last = new Map<string, number>();
  for (const { file, place } of slices) last.set(file, Math.max(last.get(file) ?? 0, place + 1));
  const expected = (file: string) => source.partsOf?.(file) ?? last.get(file);
  const withLabel = new Set(filesOf(labeled));
  const groups = files.map((id): Group => ({ id, ...source.filesOf(id), labeled: withLabel.has(id) }));
  const all = store(benchmark.name, groups, source.recipe, benchmark.channels, async (group, isLabeled) => {
    const found = { shape: benchmark.imageSize, ...(await source.decode(files[group], isLabeled)) };
    const parts = found.images.length / (sizeOf(found.shape) * benchmark.channels);
    if (parts !== expected(files[group]))
      throw new Problem(
        `${source.folder}: ${files[group]}: found ${parts} slices, expected the ${expected(files[group])} of the split; get the file again`,
      );
    return found;
  });
  const kept = guarded(all, { files, labeled, guard });
  const place = new Map(files.map((file, group) => [file, group]));
  const readSlice = (isLabeled: boolean) => (slice: Slice) =>
    kept.read(place.get(slice.file) ?? -1, slice.place, isLabeled);
  const readCase = async (id: string) => {
    allow(guard, id, true);
    return source.readCase(id);
  };
  return {
    benchmark,
    folder: source.folder,
    options: { labeled: choice, labeledSeed, labels, folder: source.folder, options: source.options },
    labeled: pool(labeled, true, readSlice(true)),
    unlabeled: pool(unlabeled, false, readSlice(false)),
    validation: caseSet("validation", source.validation, readCase),
    test: caseSet("test", source.test, readCase),
    openTest: guard.openTest,
    store: kept,
    notes: source.notes ?? [],
    ...source.preprocessing,
  };
}

/** A store that gives no label that this opening has not, whoever has decoded it before, and nothing to train on once the test has begun. */
function guarded(
  kept: Store,
  { files, labeled, guard }: { files: readonly string[]; labeled: readonly Slice[]; guard: Guard },
): Store {
  const known = new Set(labeled.map(({ file, place }) => `${place} ${file}`));
  return {
    ...kept,
    async fill(group, isLabeled) {
      allow(guard, files[group], isLabeled);
      return kept.fill(group, isLabeled);
    },
    async read(group, part, isLabeled) {
      allow(guard, files[group], isLabeled);
      if (isLabeled && !known.has(`${part} ${files[group]}`))
        throw new Problem(
          `${files[group]}: the label of slice ${part} was asked for, but it is one of the unlabelled slices; open the benchmark with more labelled cases to use it`,
        );
      return kept.read(group, part, isLabeled);
    },
  };
}

function allow(guard: Guard, id: string, isLabeled: boolean): void {
  guard.image(id);
  if (isLabeled) guard.label(id);
}
