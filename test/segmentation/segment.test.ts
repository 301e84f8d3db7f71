import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { acdc } from "../../lib/benchmarks/acdc/index.js";
import { hippocampus } from "../../lib/benchmarks/hippocampus.js";
import { mpMri } from "../../lib/benchmarks/mpMri/index.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { sideBySide } from "../../lib/images/channels.js";
import { reorient } from "../../lib/images/geometry/orientation.js";
import { largestComponents } from "../../lib/images/largestComponent.js";
import { readNifti, readNiftiLabel, writeNifti } from "../../lib/images/nifti/index.js";
import { writeNrrd } from "../../lib/images/nrrd/index.js";
import type { Volume } from "../../lib/images/volume.js";
import { defaultsOf } from "../../lib/methods/options.js";
import { supervised } from "../../lib/methods/supervised.js";
import { Problem } from "../../lib/problem.js";
import { predictionPath } from "../../lib/runs/assess.js";
import { evaluateRun } from "../../lib/runs/evaluate.js";
import { runName } from "../../lib/runs/run.js";
import { trainRun } from "../../lib/runs/trainRun.js";
import { setupOf } from "../../lib/runs/workplace.js";
import { unlike } from "../../lib/segmentation/scan.js";
import { type Segmenter, segment, segmenter } from "../../lib/segmentation/segment.js";
import { segmentFiles } from "../../lib/segmentation/segmentFiles.js";
import { segmentVolume } from "../../lib/segmentation/volume.js";
import { saveCheckpoint } from "../../lib/training/checkpoint.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { writeSeries } from "../benchmarks/scanCopies.js";
import { temporary } from "../temporary.js";

const home = temporary("arco-segment-");
const root = join(import.meta.dirname, "../..");
const id = "hippocampus_304"; // a test case
const scan = join(root, "data/hippocampus/imagesTr", `${id}.nii.gz`);
const place = (name: string) => join(home, name);

const steps = 80; // after fewer the network finds nothing
const config = resolveConfig({
  benchmark: "hippocampus",
  labeled: 1,
  preset: "smoke",
  steps,
  validateEvery: steps,
  checkpoint: "last",
  optimizer: { rate: 0.01 },
  batch: { labeled: 4, unlabeled: 0 },
});
const run = join(home, runName(config));
let network: Segmenter;
let evaluated: Volume<Uint8Array>;
let image: Volume;

before(async () => {
  await trainRun(config, { runs: home, workers: 0 });
  network = await segmenter(run);
  evaluated = readNiftiLabel(join(run, ...predictionPath(id)), [0, 1, 2]);
  image = readNifti(scan);
});
after(() => network.dispose());

test("a mask equals what the evaluation of the run predicts, voxel by voxel, and says which step predicts", async () => {
  const { mask, warnings } = await network.segment(scan);
  assert.ok(
    mask.data.some((value) => value > 0),
    "found nothing to compare",
  );
  assert.deepEqual({ ...mask, path: "" }, { ...evaluated, path: "" });
  assert.deepEqual([warnings, network.warnings, network.step, network.checkpoint], [[], [], steps, config.checkpoint]);
});

test("a scan that lies otherwise in its file, turned obliquely too, gets the same mask at the same places", async () => {
  for (const codes of ["LPS", "PIL", "SAR"])
    for (const degrees of [0, 12]) {
      const turned = reorient({ ...image, affine: rotated(image.affine, degrees) }, codes);
      const { mask, warnings } = await network.segment(turned);
      assert.deepEqual(warnings, []);
      assert.deepEqual([mask.shape, mask.affine], [turned.shape, turned.affine]);
      assert.deepEqual(reorient(mask, "RAS").data, evaluated.data, `${codes}, ${degrees}°`);
    }
});

test("nibabel finds a mask on the grid of its scan, and in every voxel what a reference by nearest neighbours says", async () => {
  for (const codes of ["RAS", "LIA", "PSL"]) {
    reference("turn", scan, place("turned.nii.gz"), codes);
    const { mask } = await network.segment(place("turned.nii.gz"));
    writeNifti(place("mask.nii.gz"), mask);
    const found = reference("compare", place("mask.nii.gz"), place("turned.nii.gz"), join(run, ...predictionPath(id)));
    const { affine, labelled, ...others } = JSON.parse(found);
    assert.deepEqual(others, { shape: true, axes: codes, dtype: "uint8", differing: 0, outside: 0 });
    assert.ok(affine < 1e-5 && labelled > 0, `affine differs by ${affine}, ${labelled} voxels labelled`);
  }
});

test("probabilities sum to 1, the mask is the most likely class, and the uncertainty is their entropy, on the scan's grid", async () => {
  const turned = reorient(image, "LIA");
  const found = await network.segment(turned, { probabilities: true, uncertainty: true });
  const { mask, probabilities = [], uncertainty = assert.fail("no uncertainty") } = found;
  assert.equal(probabilities.length, 3);
  for (const map of [...probabilities, uncertainty])
    assert.deepEqual([map.shape, map.affine], [turned.shape, turned.affine]);
  for (const [i, value] of mask.data.entries()) {
    const likely = probabilities.map(({ data }) => data[i]);
    const entropy = likely.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
    assert.ok(Math.abs(likely.reduce((sum, p) => sum + p) - 1) < 1e-5);
    assert.equal(likely[value], Math.max(...likely));
    assert.ok(Math.abs(uncertainty.data[i] - entropy) < 1e-5 && uncertainty.data[i] >= 0);
    assert.ok(uncertainty.data[i] <= Math.fround(Math.log(3)));
  }
});

test("what is not asked for is not there, and one call does what a segmenter does", async () => {
  const found = await segment({ run, scan });
  assert.deepEqual(Object.keys(found).sort(), ["mask", "warnings"]);
  assert.deepEqual(found.mask.data, evaluated.data);
});

test("what lies outside the network's view is background, wholly undecided, and said", async () => {
  const wide = padded(image, 30);
  const { mask, uncertainty, warnings } = await network.segment(wide, { uncertainty: true });
  assert.match(warnings.join(), /% of its voxels lie outside the network's view and stay background/);
  assert.equal(mask.data[0], 0);
  assert.equal(uncertainty?.data[0], Math.fround(Math.log(3)));
});

test("a scan unlike the training volumes is segmented with a sentence that says in what", () => {
  const trained = { ...hippocampus, spacingMm: [1, 1, 1] as const };
  const coarse = { ...image, spacingMm: [3, 1, 1] as const };
  assert.deepEqual(unlike({ image }, trained), []);
  assert.deepEqual(unlike({ image, remarks: ["taken as RAS"] }, trained), ["taken as RAS"]);
  assert.match(
    unlike({ image: coarse }, trained).join(),
    /its voxels are 1×1×3 mm, those of hippocampus 1×1×1 mm: more than 2 times off/,
  );
  assert.match(
    unlike({ image: { ...image, affine: rotated(image.affine, 40) } }, trained).join(),
    /its axes are turned by 40° against those of the body/,
  );
});

test("a scan without an orientation in its header is taken as RAS, and said", async () => {
  writeNifti(place("plain.nii"), image);
  const bytes = execFileSync("cat", [place("plain.nii")], { maxBuffer: 2 ** 26 });
  bytes.writeInt32LE(0, 252); // qform_code and sform_code
  writeFileSync(place("plain.nii"), bytes);
  const { mask, warnings } = await network.segment(place("plain.nii"));
  assert.deepEqual(mask.data, evaluated.data);
  assert.match(warnings.join(), /the header says nothing of its orientation .* taken as RAS/);
});

test("a scan that this network cannot look at is refused with what was found and what to do", async () => {
  const one = new Float32Array(image.data.length).fill(7);
  const holed = Float32Array.from(image.data).fill(Number.NaN, 5, 6);
  const flat = {
    ...image,
    data: image.data.slice(0, image.shape[1] * image.shape[2]),
    shape: [1, ...image.shape.slice(1)],
  };
  const volumes = { ...hippocampus, kind: "volumes" as const };
  const viewed = { benchmark: volumes, ...hippocampus.preprocessing() };
  const predict = (shown: tf.Tensor) => tf.oneHot(shown.squeeze([-1]).cast("int32"), 3).cast("float32");
  await startEngine();
  for (const [act, message] of [
    [() => network.segment({ ...image, data: one }), /99 % of the voxels are 7, expected an image/],
    [() => network.segment({ ...image, data: holed }), /found NaN among the intensities, expected finite numbers/],
    [
      () => segmentVolume({ predict }, viewed, { image: flat as unknown as Volume }),
      /found one slice \(36×48×1 voxels\), expected a volume: the network was trained on volumes/,
    ],
  ] as const)
    await assert.rejects(act, (error) => error instanceof Problem && message.test(error.message));
  const { mask } = await network.segment(flat as unknown as Volume);
  assert.deepEqual(mask.shape, flat.shape, "a network of slices takes a single one");
});

test("a run that is not there, or holds no such weights, is named", async () => {
  rmSync(join(run, "checkpoints", "best.safetensors"));
  await assert.rejects(
    segmenter(run, { checkpoint: "bestVal" }),
    /best\.safetensors: missing; the run holds no such weights/,
  );
  await assert.rejects(segmenter(place("nowhere")), /nowhere: no such run/);
});

test("of a network of slices the largest components are kept where that is asked for; windows it has none", async () => {
  const { mask } = await segment({ run, scan, largestComponent: true });
  assert.deepEqual(mask.data, largestComponents(evaluated).data);
  assert.notDeepEqual(mask.data, evaluated.data);
  await assert.rejects(
    segmenter(run, { weighting: "gaussian" }),
    new Problem(
      'weighting: found "gaussian" for a run on hippocampus, whose slices are seen whole, expected a run on volumes, which are seen by windows; leave it out',
    ),
  );
});

test("a stop within a scan leaves nothing of it, and counts it as left; an evaluation stops within a case", async () => {
  const stop = new AbortController();
  const { signal } = stop;
  const told: object[] = [];
  const onProgress = (progress: object) => {
    told.push(progress);
    stop.abort(new Problem("stopped"));
  };
  const asked = { run, scans: [scan], out: place("stopped"), uncertainty: true, signal, onProgress };
  const { scans, failed, left } = await segmentFiles(asked);
  assert.deepEqual([scans, failed, left, readdirSync(place("stopped"))], [[], [], 1, []]);
  assert.deepEqual(told, [{ done: 16 / image.shape[0], of: 1, id: `${id}.nii.gz` }]);
  await assert.rejects(segment({ run, scan, signal }), new Problem("stopped"));

  const [within, shares] = [new AbortController(), [] as number[]];
  const stopWithin = ({ done, of }: { done: number; of: number }) => {
    assert.equal(of, 20);
    shares.push(done);
    within.abort(new Problem("stopped"));
  };
  const evaluation = evaluateRun(run, { signal: within.signal, onProgress: stopWithin });
  await assert.rejects(evaluation, new Problem("stopped"));
  assert.ok(shares.length === 1 && shares[0] > 0 && shares[0] < 1, shares.join());
});

test("a run's folder is all that is needed: its data may be nowhere, and a training under way is said to be one", async () => {
  const unfinished = resolveConfig({ benchmark: "acdc", labeled: 1, preset: "smoke", data: { size: 32 } });
  const folder = place("copied");
  mkdirSync(join(folder, "checkpoints"), { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify(unfinished));
  const trainer = supervised.create({ ...setupOf(unfinished, acdc), options: defaultsOf(supervised) });
  await saveCheckpoint(join(folder, "checkpoints", "last.safetensors"), trainer.variables, { step: "4" });
  trainer.dispose();
  const turned = reorient(image, "PIL"); // files of ACDC are taken as they lie
  const { mask, warnings } = await segment({ run: folder, scan: turned, checkpoint: "last" });
  assert.deepEqual([mask.shape, mask.affine], [turned.shape, turned.affine]);
  assert.deepEqual(warnings, [`the run is not finished: these are weights of step 4 of ${unfinished.steps}`]);
});

test("phases in one file are segmented as their case of the benchmark is; one volume is refused, with what is wanted", async () => {
  const data = { patch: "16x16x16", stride: "16x16x16" };
  const config = resolveConfig({ benchmark: "mpMri", labeled: 1, preset: "smoke", data });
  const folder = place("phases");
  mkdirSync(join(folder, "checkpoints"), { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const trainer = supervised.create({ ...setupOf(config, mpMri), options: defaultsOf(supervised) });
  await saveCheckpoint(join(folder, "checkpoints", "last.safetensors"), trainer.variables, { step: "0" });

  trainer.dispose();

  const small = { ...image, shape: [14, 15, 16] as const, data: image.data.slice(20_000, 20_000 + 14 * 15 * 16) };
  const phases = [1, 2, 3].map((power) => ({ ...small, data: small.data.map((value) => value ** power) }));
  const turned = phases.map((phase) => reorient(phase, "LPS"));
  const asCase = { ...turned[0], data: sideBySide(turned.map((phase) => phase.data)) };
  writeSeries(place("phases.nii.gz"), phases);
  writeSeries(place("swapped.nii.gz"), [...phases].reverse());
  const network = await segmenter(folder, { checkpoint: "last" });
  const likely = async (scan: string | Volume) => {
    const { probabilities = [] } = await network.segment(scan, { probabilities: true });
    return probabilities[1];
  };
  const [found, swapped] = [await likely(place("phases.nii.gz")), await likely(place("swapped.nii.gz"))];
  assert.deepEqual([found.shape, found.affine], [small.shape, small.affine]);
  assert.deepEqual(reorient(found, "LPS").data, (await likely(asCase)).data);
  assert.notDeepEqual(swapped.data, found.data);
  network.dispose();

  const asked = { run: folder, checkpoint: "last", preview: true } as const;
  await segmentFiles({ ...asked, scans: [place("phases.nii.gz")], out: place("liver.nii.gz") });
  assert.deepEqual(readNiftiLabel(place("liver.nii.gz"), [0, 1]).shape, small.shape);
  assert.ok(existsSync(place("liver_preview.png")));
  await assert.rejects(
    segment({ run: folder, scan, checkpoint: "last" }),
    new Problem(
      `${scan}: found 3 dimensions (36×48×38), expected 4, the last of 3: pre, art, ven; save these in this order in one file`,
    ),
  );
  writeNrrd(place("phase.nrrd"), small);
  await assert.rejects(
    segment({ run: folder, scan: place("phase.nrrd"), checkpoint: "last" }),
    new Problem(
      `${place("phase.nrrd")}: found an NRRD file, which is read as one volume, expected a NIfTI file of 4 dimensions, the last of 3: pre, art, ven; save these in this order in one file`,
    ),
  );
});

/** The lab's python with nibabel. */
const reference = (...words: string[]): string =>
  execFileSync(join(root, ".venv/bin/python"), [join(import.meta.dirname, "reference.py"), ...words], {
    encoding: "utf8",
  });

/** An affine whose grid is turned about the body's long axis. */
function rotated(affine: Volume["affine"], degrees: number): number[][] {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [x, y, ...others] = affine;
  return [
    x.map((value, i) => c * value - s * y[i]),
    x.map((value, i) => s * value + c * y[i]),
    ...others.map((row) => [...row]),
  ];
}

/** A volume with so many voxels more on either side of its rows and columns. */
function padded({ data, shape: [depth, height, width], ...others }: Volume, margin: number): Volume {
  const [high, wide] = [height + 2 * margin, width + 2 * margin];
  const around = new Float32Array(depth * high * wide);
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++)
      around.set(
        data.subarray((z * height + y) * width, (z * height + y + 1) * width),
        (z * high + y + margin) * wide + margin,
      );
  return { ...others, data: around, shape: [depth, high, wide] };
}
