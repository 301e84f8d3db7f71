import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import type { DataOptions } from "../../lib/benchmarks/benchmark.js";
import type { SlidingWindow } from "../../lib/benchmarks/kinds/slidingWindow.js";
import { type Box, volumePreprocessing } from "../../lib/benchmarks/kinds/volumes.js";
import { la } from "../../lib/benchmarks/la/index.js";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { orientation, reorient } from "../../lib/images/geometry/orientation.js";
import { largestComponents } from "../../lib/images/largestComponent.js";
import { readNiftiLabel, writeNifti } from "../../lib/images/nifti/index.js";
import { readNrrd } from "../../lib/images/nrrd/index.js";
import { sizeOf } from "../../lib/images/values.js";
import type { Volume } from "../../lib/images/volume.js";
import { scoreVolume } from "../../lib/metrics/score.js";
import { Problem } from "../../lib/problem.js";
import { predictionPath } from "../../lib/runs/assess.js";
import { evaluateRun } from "../../lib/runs/evaluate.js";
import { trainRun } from "../../lib/runs/trainRun.js";
import { type SegmenterOptions, segment } from "../../lib/segmentation/segment.js";
import { segmentFiles } from "../../lib/segmentation/segmentFiles.js";
import { segmentVolume } from "../../lib/segmentation/volume.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { scan, tested, writeCopy, writeLists } from "../benchmarks/laCopy.js";
import { temporary } from "../temporary.js";

process.env.ARCO_CACHE = temporary("arco-volumes-cache-");
const data: DataOptions = { lists: writeLists(), patch: "16x16x16", stride: "16x16x16" };
const home = await writeCopy("challenge");
process.env.ARCO_DATA = home;
const place = (...parts: string[]) => join(home, ...parts);
const [id] = tested;
const nrrd = place(id, "lgemri.nrrd");
let run: string;
let evaluated: Volume<Uint8Array>;

before(async () => {
  const short = { steps: 2, batch: { labeled: 1, unlabeled: 2 } };
  const given = { benchmark: "la", method: "arco", preset: "smoke", labeled: 1, data } as const;
  const config = resolveConfig({ ...given, ...short, pretraining: short });
  const outcome = await trainRun(config, { runs: place("runs"), workers: 0 });
  run = outcome.run;
  evaluated = readNiftiLabel(join(run, ...predictionPath(id)), [0, 1]);
});

test("a run of ARCO on volumes segments a scan that lies otherwise in its file as its own evaluation does", async () => {
  const found = new Set(evaluated.data);
  assert.equal(found.size, 2, "nothing to compare");
  for (const codes of ["RAS", "SPR"]) {
    const path = place(`${codes}.nii.gz`);
    writeNifti(path, reorient(readNrrd(nrrd), codes));
    const { mask, warnings } = await segment({ run, scan: path });
    assert.deepEqual([orientation(mask.affine), warnings], [codes, []]);
    assert.deepEqual(reorient(mask, "LPS").data, evaluated.data);
  }
});

test("the scan of an NRRD file is segmented, and its mask is a NIfTI file in its place", async () => {
  const asked = { run, scans: [nrrd], out: place("masks"), probabilities: true, preview: true };
  const { scans } = await segmentFiles(asked);
  assert.deepEqual([scans.length, scans[0].mask], [1, place("masks", "lgemri.nii.gz")]);
  assert.deepEqual(readdirSync(place("masks")), ["lgemri.nii.gz", "lgemri_LA.nii.gz", "lgemri_preview.png"]);
  const { affine, data } = readNiftiLabel(scans[0].mask, [0, 1]);
  assert.deepEqual([affine, data], [readNrrd(nrrd).affine, evaluated.data]);
});

test("other windows and the largest component hold for a call alone: masks and scores follow, and the run stays as it is", async () => {
  const before = readFileSync(join(run, "config.json"), "utf8");
  const truth = scan(id).label;
  const masks = new Map<string, Uint8Array>();
  for (const choice of [
    {},
    { stride: "5x7x3" },
    { stride: "5x7x3", weighting: "gaussian" },
    { largestComponent: true },
  ] satisfies SegmenterOptions[]) {
    const { mask } = await segment({ run, scan: nrrd, ...choice });
    const { cases, beside } = await evaluateRun(run, choice);
    assert.deepEqual(cases[0].scores, scoreVolume(mask, truth, 2, { spacing: [1, 1, 1] }), JSON.stringify(choice));
    assert.equal(beside, undefined);
    masks.set(JSON.stringify(choice), mask.data);
  }
  assert.deepEqual(masks.get("{}"), evaluated.data);
  assert.deepEqual(masks.get('{"largestComponent":true}'), largestComponents(evaluated).data);
  const all = [...masks.values()];
  for (const [i, one] of all.entries()) for (const other of all.slice(0, i)) assert.notDeepEqual(one, other);
  assert.equal(readFileSync(join(run, "config.json"), "utf8"), before);
});

test("windows that do not fit the patch are refused, by segment and by evaluate alike", async () => {
  for (const [choice, message] of [
    [{ stride: "17x4x4" }, /option stride: found "17x4x4", expected three whole numbers that do not exceed the patch/],
    [{ stride: "4x4" }, /option stride: found "4x4", expected three whole numbers/],
    [{ weighting: "cubic" as "uniform" }, /option weighting: found "cubic", expected one of uniform, gaussian/],
  ] as const)
    for (const act of [() => segment({ run, scan: nrrd, ...choice }), () => evaluateRun(run, choice)])
      await assert.rejects(act, (error) => error instanceof Problem && message.test(error.message));
});

const window = { size: [16, 16, 16], stride: [5, 7, 6], weighting: "gaussian" } satisfies SlidingWindow;
const shape = [20, 22, 27] as const; // z, y, x in LPS
const box: Box = { begin: [2, 0, 3], size: [18, 22, 24] };

/** How a class's logit grows with the value of a voxel, and with its place in a window along x, y, z. */
const slopes = [
  [0.5, 0.1, 0, 0],
  [-1, 0, 0.15, 0],
  [0.2, 0, 0, -0.2],
] as const;
const logit = ([value, x, y, z]: readonly number[], seen: readonly number[]) =>
  value * seen[0] + x * seen[1] + y * seen[2] + z * seen[3];

test("probabilities, uncertainty and mask are what every window says of every voxel, averaged, on the scan's grid", async () => {
  await startEngine();
  const rng = stream(0, "dense");
  const geometry = { shape, spacingMm: [1, 1, 1] as const, path: "scan" };
  const affine = [
    [-1, 0, 0, 9],
    [0, -1, 0, 8],
    [0, 0, 1, -7],
    [0, 0, 0, 1],
  ];
  const image: Volume = { ...geometry, affine, data: Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()) };
  const classes = [...la.classes, { name: "other", color: [1, 2, 3] as const }];
  const viewed = {
    benchmark: { ...la, spacingMm: undefined, classes },
    ...volumePreprocessing({ slidingWindow: window, channels: 1, normalised: ({ data }) => data, boxOf: () => box }),
  };
  const predict = (patches: tf.Tensor) =>
    tf.tidy(() => {
      const places = tf.tensor(
        Float32Array.from({ length: 3 * 16 ** 3 }, (_, i) => axes(Math.floor(i / 3))[i % 3]),
        [1, 16, 16, 16, 3],
      );
      const logits = slopes.map(([value, ...steps]) =>
        patches.mul(value).add(places.mul(tf.tensor(steps, [3])).sum(-1, true)),
      );
      return tf.concat(logits, -1);
    });
  const asked = { probabilities: true, uncertainty: true };
  for (const codes of ["LPS", "SRA"]) {
    const found = await segmentVolume({ predict }, viewed, { image: reorient(image, codes) }, asked);
    const { mask, probabilities = [], uncertainty = assert.fail("none") } = found;
    const [own, doubt, ...likely] = [mask, uncertainty, ...probabilities].map((volume) => {
      assert.equal(orientation(volume.affine), codes);
      return reorient<Float32Array | Uint8Array>(volume, "LPS").data;
    });
    for (let i = 0; i < own.length; i++) {
      const expected = dense(image.data, i);
      const [first, second] = [...expected].sort((a, b) => b - a);
      for (const [c, p] of expected.entries()) assert.ok(Math.abs(likely[c][i] - p) < 1e-5, `${codes}, ${i}, ${c}`);
      const entropy = expected.reduce((sum, p) => sum - p * Math.log(p), 0);
      assert.ok(Math.abs(doubt[i] - entropy) < 1e-4);
      if (first - second > 1e-4) assert.equal(own[i], expected.indexOf(first));
      if (first === second) assert.equal(own[i], 0);
    }
  }
  const plain = await segmentVolume({ predict }, viewed, { image });
  assert.deepEqual(Object.keys(plain), ["mask", "warnings"]);
});

/** x, y, z of a voxel of a window. */
const axes = (i: number) => [Math.floor(i / 256), Math.floor(i / 16) % 16, i % 16];

/** The probabilities of a voxel of the scan in LPS, in double precision. */
function dense(values: Float32Array, i: number): number[] {
  const at = [i % shape[2], Math.floor(i / shape[2]) % shape[1], Math.floor(i / shape[2] / shape[1])];
  const inBox = at.map((place, axis) => place - box.begin[2 - axis]);
  if (inBox.some((place, axis) => place < 0 || place >= box.size[2 - axis])) return [1 / 3, 1 / 3, 1 / 3];
  const sums = [0, 0, 0];
  let total = 0;
  for (const x of begins(0))
    for (const y of begins(1))
      for (const z of begins(2)) {
        const seen = inBox.map((place, axis) => place - [x, y, z][axis]);
        if (seen.some((place) => place < 0 || place >= 16)) continue;
        const weight = Math.exp(-seen.reduce((sum, place) => sum + ((place - 7.5) / 2) ** 2, 0) / 2);
        const raised = slopes.map((slope) => Math.exp(logit(slope, [values[i], ...seen])));
        const all = raised.reduce((a, b) => a + b);
        total += weight;
        for (const [c, one] of raised.entries()) sums[c] += (weight * one) / all;
      }
  return sums.map((sum) => sum / total);
}

/** Where windows begin along an axis of the box: at multiples of the stride, the last one at its end. */
function begins(axis: number): number[] {
  const last = box.size[2 - axis] - 16;
  const found: number[] = [];
  for (let begin = 0; begin < last; begin += window.stride[axis]) found.push(begin);
  return [...found, last];
}
