import { sizeOf } from "../images/values.js";
import type { Volume } from "../images/volume.js";
import { Problem } from "../problem.js";
import type { Benchmark, Case, DataOptions, Opened, OpenOptions } from "./benchmark.js";
import { type Guard, leakGuard } from "./guard.js";
import { caseSet, pool, type Slice } from "./pools.js";
import { type Decoded, shelf } from "./shelf.js";

/** What a benchmark of volumes that is trained on slices has to say to be opened. */
export interface SliceSource {
  folder: string;
  options: DataOptions;
  /** Training slices in the order of the split; the first `labeledSlices` are labelled. */
  slices: readonly Slice[];
  labeledSlices: number;
  validation: readonly string[];
  test: readonly string[];
  /** Reads all slices of a training file as the network sees them; the label file is not to be touched unless `labeled`. */
  decode(file: string, labeled: boolean): Promise<Decoded>;
  /** One validation or test case as it lies on the disk. */
  readCase(id: string): Promise<Case>;
  toNetwork: Opened["toNetwork"];
  fromNetwork(maps: readonly Uint8Array[], onto: Volume): Volume<Uint8Array>;
}

/** Opens a benchmark of slices: pools over one shelf, case sets, and the leak guard in front of every file. */
export function openSlices(
  benchmark: Benchmark,
  { labeled: choice, memory }: OpenOptions,
  source: SliceSource,
): Opened {
  const labeled = source.slices.slice(0, source.labeledSlices);
  const unlabeled = source.slices.slice(source.labeledSlices);
  const filesOf = (slices: readonly Slice[]) => slices.map(({ file }) => file);
  const guard = leakGuard({
    labeled: filesOf(labeled),
    unlabeled: filesOf(unlabeled),
    validation: source.validation,
    test: source.test,
  });

  const files = filesIn(source.slices, source.labeledSlices);
  const groups = new Map(files.map(({ file }, group) => [file, group]));
  const decode = (group: number) => decodeFile(files[group], benchmark, source, guard);
  const shared = shelf(files, sizeOf(benchmark.imageSize), benchmark.channels, decode, memory);
  const readSlice = ({ file, place }: Slice) => shared.read(groups.get(file) ?? -1, place);
  const readCase = async (id: string) => {
    guard.image(id);
    guard.label(id);
    return source.readCase(id);
  };
  return {
    benchmark,
    folder: source.folder,
    options: { labeled: choice, folder: source.folder, options: source.options, memory: shared.memory },
    labeled: pool(labeled, true, benchmark.imageSize, readSlice),
    unlabeled: pool(unlabeled, false, benchmark.imageSize, readSlice),
    validation: caseSet("validation", source.validation, readCase),
    test: caseSet("test", source.test, readCase),
    openTest: guard.openTest,
    toNetwork: source.toNetwork,
    fromNetwork: source.fromNetwork,
  };
}

/** A file, how many slices are read with it, and which of them are labelled. */
interface TrainingFile {
  file: string;
  slices: number;
  labeled: boolean;
  labeledPlaces: Set<number>;
}

function filesIn(slices: readonly Slice[], labeledSlices: number): TrainingFile[] {
  const files = new Map<string, TrainingFile>();
  for (const [index, { file, place }] of slices.entries()) {
    const found = files.get(file) ?? { file, slices: 0, labeled: false, labeledPlaces: new Set() };
    files.set(file, found);
    found.slices = Math.max(found.slices, place + 1);
    if (index < labeledSlices) {
      found.labeled = true;
      found.labeledPlaces.add(place);
    }
  }
  return [...files.values()];
}

async function decodeFile(
  known: TrainingFile,
  benchmark: Benchmark,
  source: SliceSource,
  guard: Guard,
): Promise<Decoded> {
  const { file, slices, labeled, labeledPlaces } = known;
  const pixels = sizeOf(benchmark.imageSize);
  guard.image(file);
  if (labeled) guard.label(file);
  const { images, labels } = await source.decode(file, labeled);
  const found = images.length / (pixels * benchmark.channels);
  if (found !== slices)
    throw new Problem(
      `${source.folder}: ${file}: found ${found} slices, expected the ${slices} of the split; get the file again`,
    );
  // The released ACDC subset ends within a volume: the labels of the rest of it are struck out before anyone sees them.
  for (let place = 0; labels && place < slices; place++)
    if (!labeledPlaces.has(place)) labels.fill(-1, place * pixels, (place + 1) * pixels);
  return { images, labels };
}
