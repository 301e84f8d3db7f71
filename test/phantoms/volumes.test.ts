import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readH5 } from "../../lib/images/hdf5/index.js";
import { readNifti, readNiftiLabel } from "../../lib/images/nifti/index.js";
import type { Volume } from "../../lib/images/volume.js";
import { la, laScan } from "../../lib/phantoms/la.js";
import { lits, litsVolume } from "../../lib/phantoms/lits.js";
import { mmwhs, mmwhsVolume, rawValues } from "../../lib/phantoms/mmwhs.js";
import { mpMri, mpMriCase } from "../../lib/phantoms/mpMri.js";
import type { Phantom, PhantomOptions } from "../../lib/phantoms/phantom.js";
import { temporary } from "../temporary.js";
import { counts, numbered, shares } from "./shares.js";

const three = (n: number) => String(n).padStart(3, "0");
const atrium = (i: number) => `${"PHANTOMPHANTOMPHAN"}${String(i).padStart(2, "0")}`;

async function written(phantom: Phantom, ids: readonly string[], options: PhantomOptions): Promise<string> {
  const folder = temporary("arco-phantom-");
  for await (const _ of phantom.write(folder, ids, options));
  return folder;
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();

/** Mean of an image over the voxels of a class. */
function meanOf({ data }: Volume, label: Volume<Uint8Array>, wanted: number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < data.length; i++) if (label.data[i] === wanted) [sum, count] = [sum + data[i], count + 1];
  return sum / count;
}

test("livers fill a few percent of CT volumes, tumours one or two in a thousand, and some volumes have none", () => {
  const volumes = numbered(40, (i) => litsVolume(String(i), { size: 0.1 }));
  const found = shares(
    volumes.map(({ label }) => label),
    3,
  );
  assert.ok(found[1] > 2.5 && found[1] < 5, `${found[1]}`);
  assert.ok(found[2] > 0.08 && found[2] < 0.25, `${found[2]}`);
  const healthy = volumes.filter(({ label }) => counts([label], 3)[2] === 0).length;
  assert.ok(healthy >= 1 && healthy <= 12, `${healthy}`);
  assert.ok(volumes.every(({ label }) => counts([label], 3)[1] > 0));
});

test("CT has the Hounsfield units of its tissues, padding, and volumes stored in different directions", () => {
  const volumes = numbered(12, (i) => litsVolume(String(i), { size: 0.125 }));
  for (const { image, label } of volumes) {
    const liver = meanOf(image, label, 1);
    assert.ok(liver > 55 && liver < 150, `${liver}`);
    if (counts([label], 3)[2] > 20) assert.ok(meanOf(image, label, 2) < liver - 5);
    assert.ok(image.data.every((value) => Number.isInteger(value) && value >= -1024 && value < 1500));
    const sorted = image.data.slice().sort();
    assert.ok(sorted[Math.floor(0.3 * sorted.length)] < -900, "air");
    assert.ok(sorted[Math.floor(0.9985 * sorted.length)] > 200, "bone");
  }
  assert.ok(new Set(volumes.map(({ image }) => image.affine.map((row) => Math.sign(row[0] + row[1])).join())).size > 2);
});

test("a liver lies on the patient's right side, however the volume is stored", () => {
  for (const id of ["0", "1", "2", "3", "4", "5"]) {
    const { label } = litsVolume(id, { size: 0.125 });
    const [, height, width] = label.shape;
    let [sum, count] = [0, 0];
    for (let i = 0; i < label.data.length; i++) {
      if (label.data[i] !== 1) continue;
      const [x, y] = [i % width, Math.floor(i / width) % height];
      sum += label.affine[0][0] * x + label.affine[0][1] * y + label.affine[0][3];
      count++;
    }
    assert.ok(sum / count > 15, `${id}: ${sum / count} mm`); // RAS+: to the right is positive
  }
});

test("whole hearts have all seven structures in MR and CT, muscle darker than the blood it holds", () => {
  for (const id of numbered(4, (i) => `${i % 2 ? "ct" : "mr"}_10${String(i + 1).padStart(2, "0")}`)) {
    const { image, label } = mmwhsVolume(id, { size: 0.18 });
    const found = counts([label], 8);
    assert.ok(
      found.every((count) => count > 20),
      `${id}: ${found}`,
    );
    assert.ok(meanOf(image, label, 5) < 0.75 * meanOf(image, label, 1));
  }
});

test("left atria fill 3.6 to 19.1 percent of their boxes, 9 on average, as bright as the rest is dark", () => {
  const scans = numbered(20, (i) => laScan(atrium(i), { size: 0.2 }));
  const each = scans.map(({ label }) => shares([label], 2)[1]);
  assert.ok(
    each.every((share) => share > 3.6 && share < 19.1),
    `${each}`,
  );
  const mean = each.reduce((sum, share) => sum + share, 0) / each.length;
  assert.ok(mean > 7.5 && mean < 11, `${mean}`);
  for (const { image, label } of scans) assert.ok(meanOf(image, label, 1) > meanOf(image, label, 0) + 0.3);
});

test("a liver takes up contrast from the arterial to the venous phase", () => {
  for (const id of ["case001", "case002", "case003"]) {
    const { pre, art, ven, label } = mpMriCase(id, { size: 0.15 });
    const found = shares([label], 2)[1];
    assert.ok(found > 3 && found < 14, `${found}`);
    const [before, arterial, venous] = [pre, art, ven].map((phase) => meanOf(phase, label, 1));
    assert.ok(before < arterial && arterial < venous, `${before}, ${arterial}, ${venous}`);
  }
});

const tails = {
  "tumours of LiTS": {
    of: (id: number, tail: number) => litsVolume(String(id), { tail, size: 0.14 }).label,
    wanted: 2,
  },
  "the pulmonary artery of MMWHS": {
    of: (id: number, tail: number) => mmwhsVolume(`ct_10${10 + id}`, { tail, size: 0.12 }).label,
    wanted: 7,
  },
  "the atrium of LA": { of: (id: number, tail: number) => laScan(atrium(id), { tail, size: 0.2 }).label, wanted: 1 },
  "the liver of MP-MRI": {
    of: (id: number, tail: number) => mpMriCase(`case${three(id)}`, { tail, size: 0.1 }).label,
    wanted: 1,
  },
};

for (const [name, { of, wanted }] of Object.entries(tails))
  test(`the share of ${name} follows tail`, () => {
    const at = (tail: number) =>
      counts(
        numbered(5, (i) => of(i + 1, tail)),
        8,
      )[wanted];
    const [half, one, more] = [at(0.5), at(1), at(1.5)];
    assert.ok(half < one && one < more);
    assert.ok(Math.abs(half / one / 0.5 - 1) < 0.2, `${half / one}`);
    assert.ok(Math.abs(more / one / 1.5 - 1) < 0.2, `${more / one}`);
  });

test("without tail there are no tumours and no pulmonary artery", () => {
  assert.equal(counts([litsVolume("1", { tail: 0, size: 0.125 }).label], 3)[2], 0);
  assert.equal(counts([mmwhsVolume("mr_1001", { tail: 0, size: 0.15 }).label], 8)[7], 0);
});

test("LiTS is written as the Decathlon stores it and read back voxel for voxel", async () => {
  const folder = await written(lits, ["0", "7"], { size: 0.0625 });
  assert.deepEqual(filesIn(folder), [
    "dataset.json",
    "imagesTr/liver_0.nii.gz",
    "imagesTr/liver_7.nii.gz",
    "labelsTr/liver_0.nii.gz",
    "labelsTr/liver_7.nii.gz",
  ]);
  const { training, numTraining } = JSON.parse(readFileSync(join(folder, "dataset.json"), "utf8"));
  assert.equal(numTraining, 2);
  for (const [i, id] of ["0", "7"].entries()) {
    const { image, label } = litsVolume(id, { size: 0.0625 });
    const found = readNifti(join(folder, training[i].image));
    assert.deepEqual(found.data, image.data);
    assertSamePlace(found, image);
    assert.deepEqual(readNiftiLabel(join(folder, training[i].label), [0, 1, 2]).data, label.data);
  }
});

/** Headers hold 32-bit numbers. */
function assertSamePlace(found: Volume, expected: Volume): void {
  assert.deepEqual(found.shape, expected.shape);
  for (const [row, values] of expected.affine.entries())
    for (const [column, value] of values.entries()) assert.ok(Math.abs(found.affine[row][column] - value) < 1e-3);
}

test("MMWHS is written with the raw values of its structures", async () => {
  const folder = await written(mmwhs, ["mr_1001", "ct_1002"], { size: 0.1 });
  const names = ["ct_train/ct_train_1002", "mr_train/mr_train_1001"];
  assert.deepEqual(
    filesIn(folder),
    names.flatMap((name) => [`${name}_image.nii.gz`, `${name}_label.nii.gz`]),
  );
  for (const name of names) {
    const label = readNifti(join(folder, `${name}_label.nii.gz`));
    assert.deepEqual(
      [...new Set(label.data)].sort((a, b) => a - b),
      [...rawValues].sort((a, b) => a - b),
    );
    assertSamePlace(readNifti(join(folder, `${name}_image.nii.gz`)), label);
  }
});

test("LA is written as processed h5 with axes x, y, z", async () => {
  const folder = await written(la, [atrium(0)], { size: 0.25 });
  const path = join(folder, "2018LA_Seg_Training Set", atrium(0), "mri_norm2.h5");
  const [image, label] = [await readH5(path, "image"), await readH5(path, "label")];
  const scan = laScan(atrium(0), { size: 0.25 });
  const [depth, height, width] = scan.image.shape;
  assert.deepEqual([image.shape, image.dtype], [[width, height, depth], "float32"]);
  assert.deepEqual([label.shape, label.dtype], [[width, height, depth], "uint8"]);
  for (const [x, y, z] of [
    [3, 9, 5],
    [20, 17, 11],
    [width - 1, 0, depth - 1],
  ]) {
    const [there, here] = [(x * height + y) * depth + z, (z * height + y) * width + x];
    assert.deepEqual([image.data[there], label.data[there]], [scan.image.data[here], scan.label.data[here]]);
  }
});

test("MP-MRI is written as three phases and a label on one isotropic grid, with a list of each part", async () => {
  const folder = await written(mpMri, ["case001"], { size: 0.1 });
  assert.deepEqual(filesIn(folder), [
    ...["art", "label", "pre", "ven"].map((name) => `case001/${name}.nii.gz`),
    "train.txt",
  ]);
  assert.equal(readFileSync(join(folder, "train.txt"), "utf8"), "case001\n");
  const label = readNiftiLabel(join(folder, "case001/label.nii.gz"), [0, 1]);
  assert.deepEqual(
    label.spacingMm.map((mm) => Math.round(1e4 * mm)),
    [1e5, 1e5, 1e5],
  ); // 1 mm at full size
  for (const phase of ["pre", "art", "ven"])
    assert.deepEqual(readNifti(join(folder, `case001/${phase}.nii.gz`)).shape, label.shape);
});

for (const [phantom, ids] of [
  [lits, ["3", "4"]],
  [mmwhs, ["mr_1003", "ct_1003"]],
  [la, [atrium(3), atrium(4)]],
  [mpMri, ["case003", "case004"]],
] as const)
  test(`files of the ${phantom.name} phantom depend on seed, id and options alone`, async () => {
    const options = { size: 0.08 };
    const folders = [await written(phantom, ids, options), await written(phantom, ids.slice(1), options)];
    const other = await written(phantom, ids, { ...options, seed: 1 });
    const own = filesIn(folders[1]).filter((name) => !/^dataset\.json$|\.txt$/.test(name)); // what lists all cases
    assert.ok(own.length > 0);
    for (const name of own) {
      const [among, alone, reseeded] = [...folders, other].map((folder) => readFileSync(join(folder, name)));
      assert.deepEqual(among, alone, name);
      assert.notDeepEqual(among, reseeded, name);
    }
  });
