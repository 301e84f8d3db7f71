import assert from "node:assert/strict";
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Case, Opened } from "../../lib/benchmarks/benchmark.js";
import { benchmarkNamed, benchmarks } from "../../lib/benchmarks/index.js";
import { readDescription } from "../../lib/benchmarks/own/description.js";
import { ownBenchmarks } from "../../lib/benchmarks/own/found.js";
import { type ImportOptions, importScans } from "../../lib/benchmarks/own/importing.js";
import { ownBenchmark } from "../../lib/benchmarks/own/own.js";
import { keyOf, pairsIn } from "../../lib/benchmarks/own/pairs.js";
import { choicesOf, splitOf } from "../../lib/benchmarks/own/splitting.js";
import { temporary } from "../temporary.js";
import { box, type Form, scan, volume } from "./ownFiles.js";
import { isProblem } from "./reading.js";

const home = temporary("arco-own-");
process.env.ARCO_CACHE = join(home, "cache");

/** A folder of scans of which the first some have labels. */
function study(
  name: string,
  scans: number,
  labeled: number,
  { form, label = box() }: { form?: (at: number) => Form; label?: ReturnType<typeof box> } = {},
) {
  const folder = join(home, name);
  const [images, labels] = [join(folder, "images"), join(folder, "labels")];
  for (let at = 0; at < scans; at++) {
    scan(join(images, `p${at}.nii.gz`), `p${at}`, form?.(at));
    if (at < labeled) volume(join(labels, `p${at}.nii.gz`), label, form?.(at));
  }
  return { images, labels };
}

/** Imports next to the data, under the study's name. */
const importing = (name: string, from: ImportOptions["from"], options: Partial<ImportOptions> = {}) =>
  importScans({ from, name, out: join(home, "out", name), ...options });

const failing = async (
  name: string,
  from: ImportOptions["from"],
  expected: RegExp,
  options?: Partial<ImportOptions>,
) => {
  await assert.rejects(importing(name, from, options), isProblem(expected));
  assert.ok(!existsSync(join(home, "out", name)), "nothing was written");
};

const casesOf = async ({ validation, test: testing }: Opened): Promise<Case[]> =>
  Promise.all([...validation.ids.map((_, i) => validation.read(i)), ...testing.ids.map((_, i) => testing.read(i))]);

test("names are paired by what they have in common", () => {
  for (const [name, key] of [
    ["a.nii", "a"],
    ["a.nii.gz", "a"],
    ["a_image.nii.gz", "a"],
    ["a-GT.nii", "a"],
    ["volume-12.nii", "12"],
    ["segmentation-12.nii", "12"],
    ["label_a_seg.nii.gz", "a"],
    ["ct_train_1001_label.nii.gz", "ct_train_1001"],
    ["label.nii", "label"],
    ["Mu\u0308ller scan.nii", "M\u00fcller scan"],
  ])
    assert.equal(keyOf(name), key, name);
});

test("a number of four digits at the end of images alone is a channel, and one of several must be chosen", () => {
  const files = (part: string, names: string[]) => {
    const folder = join(home, "names", part);
    mkdirSync(folder, { recursive: true });
    for (const name of names) writeFileSync(join(folder, name), "");
    return folder;
  };
  const pairs = (one: string, other: string, channel?: number) =>
    pairsIn(one, other, channel).pairs.map(({ id, image, label }) => [id, image, label]);
  const labels = files("labels", ["a.nii.gz", "c_seg.nii"]);
  assert.deepEqual(pairs(files("one", ["a_0000.nii.gz", "b_0000.nii.gz"]), labels), [
    ["a", "a_0000.nii.gz", "a.nii.gz"],
    ["b", "b_0000.nii.gz", undefined],
  ]);
  const two = files("two", ["a_0000.nii.gz", "a_0001.nii.gz", "b_0000.nii.gz", "b_0001.nii.gz"]);
  assert.throws(() => pairs(two, labels), isProblem(/channels 0000, 0001.*--channel 0/));
  assert.deepEqual(pairs(two, labels, 1)[0], ["a", "a_0001.nii.gz", "a.nii.gz"]);
  assert.throws(() => pairs(two, labels, 2), isProblem(/not 0002/));
  const patients = files("patients", ["p_0001.nii", "p_0002.nii", "p_0001_seg.nii"]);
  assert.deepEqual(pairs(patients, patients), [
    ["p_0001", "p_0001.nii", "p_0001_seg.nii"],
    ["p_0002", "p_0002.nii", undefined],
  ]);
  assert.throws(() => pairs(files("twice", ["a.nii", "a_img.nii.gz"]), labels), isProblem(/same case as a.nii /));
  assert.throws(() => pairs(files("others", ["x.nii"]), labels), isProblem(/no label that belongs to an image/));
  assert.throws(() => pairs(join(home, "nowhere"), labels), isProblem(/nowhere: no such file or folder/));
});

test("an import says what is there, is found by its name at once, and can be opened again from its file", async () => {
  const { description, benchmark, path } = await importing("plain", study("plain", 9, 6));
  assert.deepEqual(
    description.found.classes.map(({ name, cases }) => [name, cases]),
    [
      ["background", 6],
      ["label 1", 6],
      ["label 2", 6],
    ],
  );
  assert.equal(description.found.classes[1].percent, Number(((100 * 7 * 4 * 4) / (20 * 18 * 6)).toPrecision(3)));
  assert.deepEqual(
    [description.found.size, description.found.spacing, description.oddities],
    ["20 × 18 × 6", "1 × 1 × 3", []],
  );
  assert.deepEqual(
    Object.values(description.split).map((part) => part.length),
    [4, 3, 1, 1],
  );
  assert.deepEqual(description.recipe, {
    modality: "mr",
    orientation: "RAS",
    spacingMm: [1, 1],
    imageSize: [32, 32],
    mirror: true,
  });
  assert.equal(benchmarks.plain, benchmark);
  assert.deepEqual(benchmark.labeledChoices, [1, 3, 4]);
  const findings = [];
  for await (const finding of benchmark.check(join(path, ".."))) findings.push(finding);
  assert.deepEqual([findings.length, findings.filter(({ ok }) => !ok)], [15, []]);
  const opened = await benchmarkNamed("plain", join(path, "..")).open({ labeled: 3 });
  assert.deepEqual([opened.labeled.size, opened.unlabeled.size], [18, 24]);
  assert.deepEqual(await opened.labeled.read(7), await (await benchmark.open({ labeled: 4 })).labeled.read(7));
  assert.equal((await opened.unlabeled.read(0)).label, undefined);
});

test("the split depends on the seed and on nothing else, and fewer labelled cases are among more", () => {
  const ids = Array.from({ length: 23 }, (_, i) => `case ${i}`);
  const split = splitOf(ids, ["u2", "u1"], { seed: 3 });
  assert.deepEqual(splitOf([...ids].reverse(), ["u1", "u2"], { seed: 3 }), split);
  assert.notDeepEqual(splitOf(ids, [], { seed: 4 }).test, split.test);
  assert.deepEqual([...split.labeled, ...split.validation, ...split.test].sort(), [...ids].sort());
  assert.deepEqual([split.labeled.length, split.validation.length, split.test.length], [16, 2, 5]);
  assert.deepEqual([1, 2, 3, 4, 16].map(choicesOf), [[1], [1, 2], [1, 3], [1, 3, 4], [1, 3, 10, 16]]);
  const sizes = (count: number) => Object.values(splitOf(ids.slice(0, count), [])).map((part) => part.length);
  assert.deepEqual([2, 3, 4, 5].map(sizes), [
    [1, 0, 0, 1],
    [2, 0, 0, 1],
    [2, 0, 1, 1],
    [3, 0, 1, 1],
  ]);
  assert.throws(() => splitOf(["a"], ids), isProblem(/found 1 labelled case, expected at least 2/));
  assert.throws(() => splitOf(ids, [], { test: 0 }), isProblem(/--test: found 0, expected at least 1/));
  assert.throws(() => splitOf(ids, [], { test: 20, validation: 3 }), isProblem(/expected at least 24/));
});

test("however a file lies, the network sees the same, and what it says comes back in the file's own grid", async () => {
  const lying = ["RAS", "LPS", "SAR", "PIL", "IRA", "RAS", "ASL"];
  const { benchmark, description } = await importing(
    "turned",
    study("turned", 7, 7, { form: (at) => ({ codes: lying[at] }) }),
  );
  const straight = await importing("straight", study("straight", 7, 7));
  assert.match(description.oddities.join(), /5 images lie otherwise than the rest.*turned to RAS/);
  assert.deepEqual(description.split, straight.description.split);
  const [turned, plain] = await Promise.all([benchmark, straight.benchmark].map((one) => one.open({ labeled: 5 })));
  for (let i = 0; i < plain.labeled.size; i++) {
    const [one, other] = [await turned.labeled.read(i), await plain.labeled.read(i)];
    assert.deepEqual(one.label, other.label);
    one.image.forEach((value, at) => void assert.ok(Math.abs(value - other.image[at]) < 1e-5)); // sums in another order
  }
  turned.openTest();
  for (const { image, label } of await casesOf(turned)) assert.deepEqual(returned(turned, image, label), label.data);
});

/** Labels shown to the network as an image and put back as its classes. */
function returned({ benchmark, fromNetwork }: Opened, image: Case["image"], label: Case["label"]): Uint8Array {
  const [height, width] = benchmark.imageSize;
  const maps = Array.from({ length: 6 }, (_, z) =>
    Uint8Array.from({ length: height * width }, (_, i) => {
      const [x, y] = [(i % width) - (width - 20) / 2, Math.floor(i / width) - (height - 18) / 2];
      return x >= 0 && x < 20 && y >= 0 && y < 18 ? box()(x, y, z) : 0;
    }),
  );
  const back = fromNetwork(maps, image);
  assert.deepEqual({ ...back, data: 0 }, { ...image, data: 0 });
  assert.equal(back.data.length, label.data.length);
  return back.data;
}

test("slices are cut across thick voxels and brought to one spacing; what does not fit is made coarser, and nothing is cut off", async () => {
  const thick = study("thick", 4, 4, { form: () => ({ shape: [60, 6, 50], spacingMm: [1, 4, 1] }) });
  const { description, benchmark } = await importing("thick", thick, { size: 32 });
  assert.deepEqual([description.recipe.orientation, description.recipe.imageSize], ["RSA", [32, 32]]);
  assert.ok(description.recipe.spacingMm.every((step) => step > 1.9 && step < 2));
  assert.match(description.decisions.join(), /coronal slices \(voxels are 4 mm thick.*coarser than their median/);
  const opened = await benchmark.open({ labeled: 1 });
  const { image } = await opened.validation.read(0);
  const { slices } = opened.toNetwork(image);
  assert.equal(slices.length, 6);
  const everywhere = opened.fromNetwork(
    slices.map(() => new Uint8Array(32 * 32).fill(1)),
    image,
  );
  assert.ok(
    everywhere.data.every((value) => value === 1),
    "every voxel is seen",
  );

  const unlike = await importing(
    "spacings",
    study("spacings", 4, 4, { form: (at) => ({ spacingMm: [3, 1, at === 3 ? 2.5 : 1] }) }),
  );
  assert.match(
    unlike.description.oddities.join(),
    /spacing towards right differs by more than 2 times: 1 mm in p0, 2.5 mm in p3/,
  );
  assert.equal(unlike.description.recipe.imageSize[1], 64); // 19 steps of 2.5 mm at 1 mm;
});

test("label values may be any whole numbers: they become 0, 1, … and what is ignored is −1", async () => {
  const { benchmark, description } = await importing("values", study("values", 3, 3, { label: box(255, 700) }), {
    names: new Map([
      [255, "bright"],
      [700, "high"],
    ]),
  });
  assert.deepEqual(
    [description.classes.map(({ name, value }) => [name, value]), benchmark.labelValues],
    [
      [
        ["background", 0],
        ["bright", 255],
        ["high", 700],
      ],
      [0, 255, 700],
    ],
  );
  const { labeled } = await benchmark.open({ labeled: 2 });
  assert.deepEqual(new Set((await labeled.read(2)).label), new Set([0, 1, 2]));
  await failing("unnamed", study("unnamed", 3, 3), /p2.nii.gz: found the label 2, expected only 1/, {
    names: new Map([[1, "one"]]),
  });
});

test("MSD's dataset.json names classes, modality and the unlabelled scans", async () => {
  const folder = join(home, "Task99_Box");
  cpSync(study("msd", 5, 5).images, join(folder, "imagesTr"), { recursive: true });
  cpSync(join(home, "msd", "labels"), join(folder, "labelsTr"), { recursive: true });
  scan(join(folder, "imagesTs", "t.nii.gz"), "t");
  const ids = [0, 1, 2, 3].map((at) => `p${at}`);
  const dataset = {
    modality: { 0: "CT" },
    labels: { 0: "background", 1: "Lower", 2: "Upper" },
    numTraining: 5,
    training: ids.map((id) => ({ image: `./imagesTr/${id}.nii.gz`, label: `./labelsTr/${id}.nii.gz` })),
    test: ["./imagesTs/t.nii.gz"],
  };
  writeFileSync(join(folder, "dataset.json"), JSON.stringify(dataset));
  const { description, benchmark } = await importing("msd-box", folder, { window: [-100, 100] });
  assert.deepEqual(
    [description.split.unlabeled, description.recipe.modality, description.recipe.window],
    [["t"], "ct", [-100, 100]],
  );
  assert.deepEqual(
    benchmark.classes.map(({ name }) => name),
    ["background", "Lower", "Upper"],
  );
  assert.deepEqual(description.oddities, [
    "imagesTr/p4.nii.gz is not in dataset.json; it was left out",
    "labelsTr/p4.nii.gz is not in dataset.json; it was left out",
    "dataset.json says numTraining 5, found 4 scans with labels",
  ]);
  writeFileSync(join(folder, "dataset.json"), JSON.stringify({ ...dataset, labels: { 0: "background", 1: "Lower" } }));
  await failing("msd-unknown", folder, /found the label 2, expected only 0, 1/);
  writeFileSync(join(folder, "dataset.json"), JSON.stringify({ ...dataset, modality: { 0: "T1", 1: "T2" } }));
  await failing("msd-channels", folder, /2 channels \(T1, T2\), expected one.*--channel/);
  writeFileSync(join(folder, "dataset.json"), "{");
  await failing("msd-damaged", folder, /dataset.json: not JSON/);
  await failing("msd-none", join(folder, "imagesTr"), /dataset.json: not found.*--images DIR --labels DIR/);
});

test("nnU-Net's folder: channels in the names, labels by name, and what is to be ignored", async () => {
  const folder = join(home, "Dataset001_Box");
  for (const at of [0, 1, 2, 3]) {
    scan(join(folder, "imagesTr", `p${at}_0000.nii.gz`), `p${at}`);
    volume(join(folder, "labelsTr", `p${at}.nii.gz`), box(1, 2));
  }
  scan(join(folder, "imagesTs", "t_0000.nii.gz"), "t");
  const dataset = {
    channel_names: { 0: "T1" },
    labels: { background: 0, lower: 1, ignore: 2 },
    numTraining: 4,
    file_ending: ".nii.gz",
  };
  writeFileSync(join(folder, "dataset.json"), JSON.stringify(dataset));
  const { description, benchmark } = await importing("nnunet", folder);
  assert.deepEqual(
    [Object.keys(description.cases).sort(), description.oddities, description.recipe.modality],
    [["p0", "p1", "p2", "p3", "t"], [], "mr"],
  );
  const opened = await benchmark.open({ labeled: 1 });
  assert.deepEqual(new Set((await opened.labeled.read(2)).label), new Set([0, 1, -1]));
  assert.deepEqual(new Set((await opened.validation.read(0)).label.data), new Set([0, 1, 255]));
  writeFileSync(join(folder, "dataset.json"), JSON.stringify({ ...dataset, labels: { background: 0, whole: [1, 2] } }));
  await failing("nnunet-regions", folder, /labels.whole: found \[1,2\]/);
  writeFileSync(join(folder, "dataset.json"), JSON.stringify({ ...dataset, file_ending: ".nrrd" }));
  await failing("nnunet-nrrd", folder, /file_ending: found .nrrd/);
});

test("a wrong file stops the import with its one error, several are named together", async () => {
  const study1 = (name: string) => study(name, 4, 3);
  const moved = study1("moved");
  volume(join(moved.labels, "p1.nii.gz"), box(), { spacingMm: [3, 1, 1.5] });
  await failing("moved", moved, /p1.nii.gz: 20×18×6 voxels of 1.5×1×3 mm, but its image has/);
  const fraction = study1("fraction");
  volume(join(fraction.labels, "p2.nii.gz"), (x, y, z) => box()(x, y, z) / 4);
  await failing("fraction", fraction, /labels.p2.nii.gz: found label 0.25.*expected whole numbers/);
  volume(join(fraction.labels, "p0.nii.gz"), (x) => x - 30);
  writeFileSync(join(fraction.images, "p3.nii.gz"), "rubbish");
  await failing(
    "fractions",
    fraction,
    /3 of 4 cases cannot be used, nothing was written.*\n.*label -30.*\n.*0.25.*\n.*p3.nii.gz: 7 bytes/,
  );
  const picture = study1("picture");
  copyFileSync(join(picture.images, "p0.nii.gz"), join(picture.labels, "p0.nii.gz"));
  await failing("picture", picture, /labels.p0.nii.gz: found label 0\.\d+/);
  await failing("empty", study("empty", 3, 3, { label: () => 0 }), /no label holds anything but background/);
  await failing("Odd Name", study1("odd"), /--name: found "Odd Name", expected letters/);
  await failing("acdc", study1("acdc"), /--name: found "acdc", which is a benchmark of the lab/);
  await failing("size", study1("size"), /--size: found 100, expected a multiple of 16/, { size: 100 });
  await failing("window", study1("window"), /--window: found 5,-5/, { modality: "ct", window: [5, -5] });
});

test("nothing odd is passed over: labels alone, copies, empty labels, classes in one case only, other files", async () => {
  const { images, labels } = study("odd-ones", 6, 4);
  volume(join(labels, "p2.nii.gz"), () => 0);
  volume(join(labels, "p3.nii.gz"), box(1, 3));
  volume(join(labels, "ghost.nii.gz"), box());
  copyFileSync(join(images, "p0.nii.gz"), join(images, "p9.nii.gz"));
  for (const name of ["notes.txt", "._p0.nii.gz"]) writeFileSync(join(images, name), "");
  const { oddities, cases } = (await importing("odd-ones", { images, labels })).description;
  for (const expected of [
    /^label ghost.nii.gz has no image/,
    /^left out of .*images: 1 not .nii or .nii.gz \(notes.txt\), 1 hidden$/,
    /^p9 has the voxels of p0; it was left out/,
    /^class label 3 \(3\) is in (one case only, p3|no labelled training case)/,
    /^label p2.nii.gz holds background only/,
  ])
    assert.ok(
      oddities.some((oddity) => expected.test(oddity)),
      `${expected}: ${oddities.join("\n")}`,
    );
  assert.ok(!Object.hasOwn(cases, "p9"));
});

test("an import is replaced only when told, and what was trained on another import is refused", async () => {
  const from = study("again", 6, 5);
  const { benchmark } = await importing("again", from);
  const trained = benchmark.optionsOf("lab");
  await assert.rejects(importing("again", from), isProblem(/again.benchmark.json: is there already; .*--overwrite/));
  await assert.rejects(
    importScans({ from, name: "again", out: join(home, "elsewhere") }),
    isProblem(/"again", which lies in .*out.again/),
  );
  const same = await importing("again", from, { overwrite: true });
  assert.deepEqual(same.benchmark.optionsOf("lab"), trained);
  const other = (await importing("again", from, { overwrite: true, seed: 1 })).benchmark;
  await assert.rejects(
    other.open({ labeled: 1, options: trained }),
    isProblem(/found the import \w+ in .*, expected \w+, which the run was made with/),
  );
  assert.throws(() => other.preprocessing(trained), isProblem(/found the import/));
  await assert.rejects(other.open({ labeled: 2 }), isProblem(/found 2 labelled cases, expected one of 1, 3/));
});

test("files that are moved, changed or gone are named with what to do; two lines mend a move", async () => {
  const from = study("moving", 4, 4);
  const { benchmark, path } = await importing("moving", from);
  const folder = join(path, "..");
  renameSync(join(home, "moving"), join(home, "moved away"));
  await assert.rejects(
    benchmark.open({ labeled: 1 }),
    isProblem(/p0.nii.gz: not found \(8 of 8 files\); correct "folders" in/),
  );
  const text = readFileSync(path, "utf8").replaceAll(join(home, "moving"), join(home, "moved away"));
  writeFileSync(path, text);
  const mended = ownBenchmark(folder, readDescription(folder));
  assert.deepEqual([mended.state().message, mended.optionsOf("lab")], ["", benchmark.optionsOf("lab")]);
  volume(join(home, "moved away", "labels", "p1.nii.gz"), box(1, 9));
  const wrong = [];
  for await (const finding of mended.check(folder)) if (!finding.ok) wrong.push(finding.message);
  assert.match(wrong.join(), /^[^,]*labels.p1.nii.gz: found sha256 .*changed since it was imported/);
});

test("a damaged benchmark.json is named and spoils no other", async () => {
  const data = join(home, "data");
  await importScans({ from: study("whole", 3, 3), name: "whole", out: join(data, "whole") });
  const text = readFileSync(join(data, "whole", "benchmark.json"), "utf8");
  const { split, ...rest } = JSON.parse(text);
  const damaged = {
    cut: text.slice(0, 100),
    unknown: JSON.stringify({ ...rest, split: { ...split, test: ["nobody"] } }),
    leaking: JSON.stringify({ ...rest, split: { ...split, test: split.labeled } }),
    form: JSON.stringify({ ...rest, split, form: 3 }),
  };
  for (const [name, content] of Object.entries(damaged)) {
    mkdirSync(join(data, name));
    writeFileSync(join(data, name, "benchmark.json"), content);
  }
  process.env.ARCO_DATA = data;
  const { found, broken } = ownBenchmarks();
  assert.ok(found.some(({ name }) => name === "whole"));
  const messages = Object.fromEntries(broken.map(({ name, message }) => [name, message]));
  assert.match(messages.cut, /cut.benchmark.json: not JSON.*import the scans again/);
  assert.match(messages.unknown, /split: found "nobody" twice or without its case/);
  assert.match(messages.leaking, /split: found "p\d" twice/);
  assert.match(messages.form, /form: .*expected 1/);
});
