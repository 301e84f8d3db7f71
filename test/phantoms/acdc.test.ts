import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { acdc as benchmark } from "../../lib/benchmarks/acdc/index.js";
import { acdc, acdcPatient } from "../../lib/phantoms/acdc.js";
import { temporary } from "../temporary.js";
import { counts, numbered, shares } from "./shares.js";

const named = (n: number) => `patient${String(n).padStart(3, "0")}`;
// four of each group
const ids = numbered(20, (i) => named(5 * i + 1));
const patients = ids.map((id) => acdcPatient(id));

test("the classes have the published shares of voxels", () => {
  const found = shares(
    patients.flatMap(({ diastole, systole }) => [diastole.label, systole.label]),
    4,
  );
  // published: 96.20, 1.18, 1.33, 1.29 %
  for (const [i, [least, most]] of [
    [95.3, 97],
    [0.9, 1.5],
    [1.05, 1.6],
    [1, 1.65],
  ].entries())
    assert.ok(found[i] > least && found[i] < most, `class ${i}: ${found[i]} %`);
});

test("every patient has all classes in both phases, and a larger left ventricle at end diastole", () => {
  for (const [i, { diastole, systole }] of patients.entries()) {
    const [filled, emptied] = [counts([diastole.label], 4), counts([systole.label], 4)];
    assert.ok(
      [...filled, ...emptied].every((count) => count > 0),
      ids[i],
    );
    assert.ok(filled[3] > emptied[3], `${ids[i]}: ${filled[3]}, ${emptied[3]}`);
  }
});

test("the heart is small at the apex, and some slices at the base and the apex have no right ventricle", () => {
  const bySlice = patients.flatMap(({ diastole: { label } }) => {
    const [depth, height, width] = label.shape;
    return [
      numbered(depth, (z) => counts([{ data: label.data.subarray(z * height * width, (z + 1) * height * width) }], 4)),
    ];
  });
  for (const slices of bySlice) assert.ok(slices[slices.length - 1][2] < slices[slices.length >> 1][2]);
  const all = bySlice.flat();
  const without = all.filter(([, right]) => right === 0).length / all.length;
  assert.ok(without > 0.05 && without < 0.35, `${without}`); // 250 of 1312 in the real set
});

test("groups differ as their diseases do", () => {
  const of = (from: number) => patients.slice(from, from + 4);
  const left = (group: typeof patients) =>
    counts(
      group.map(({ diastole }) => diastole.label),
      4,
    );
  const [dilated, hypertrophic, , normal, right] = [0, 4, 8, 12, 16].map((from) => left(of(from)));
  assert.ok(dilated[3] > normal[3]);
  assert.ok(hypertrophic[2] / hypertrophic[3] > normal[2] / normal[3]);
  assert.ok(right[1] / right[3] > normal[1] / normal[3]);
});

test("the share of the right ventricle follows tail, that of the left one does not", () => {
  const some = ids.slice(0, 6);
  const [none, quarter, half, one, two] = [0, 0.25, 0.5, 1, 2].map((tail) =>
    counts(
      some.map((id) => acdcPatient(id, { tail }).diastole.label),
      4,
    ),
  );
  assert.equal(none[1], 0);
  for (const [found, tail] of [
    [quarter, 0.25],
    [half, 0.5],
    [two, 2],
  ] as const) {
    assert.ok(Math.abs(found[1] / one[1] / tail - 1) < 0.1, `${tail}: ${found[1] / one[1]}`);
    assert.equal(found[3], one[3]);
  }
});

test("ring, cavities and their neighbours overlap in brightness", () => {
  const { image, label } = acdcPatient(named(61)).diastole;
  const values = (wanted: number) => [...image.data.filter((_, i) => label.data[i] === wanted)].sort((a, b) => a - b);
  const at = (sorted: number[], share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  const [background, right, muscle, left] = [0, 1, 2, 3].map(values);
  assert.ok(at(right, 0.5) > at(muscle, 0.5) && at(left, 0.5) > at(muscle, 0.5));
  assert.ok(at(background, 0.97) > at(left, 0.5)); // fat and vessels
  assert.ok(
    background.filter((value) => value > at(muscle, 0.1) && value < at(muscle, 0.9)).length > 2 * muscle.length,
  );
});

test("a patient's files depend on seed, id and options alone", async () => {
  const [alone, among, reseeded] = [temporary("arco-phantom-"), temporary("arco-phantom-"), temporary("arco-phantom-")];
  const files = (folder: string) =>
    ["Info.cfg", ...frames(folder).flatMap((name) => [`${name}.nii.gz`, `${name}_gt.nii.gz`])].map((name) =>
      readFileSync(join(folder, "training", named(2), name)),
    );
  const frames = (folder: string) => {
    const info = readFileSync(join(folder, "training", named(2), "Info.cfg"), "utf8");
    return ["ED", "ES"].map((key) => `${named(2)}_frame${/\d+/.exec(info.split(`${key}: `)[1])?.[0].padStart(2, "0")}`);
  };
  const options = { size: 0.2, slices: () => 6 };
  for await (const _ of acdc.write(alone, [named(2)], options));
  const steps: number[] = [];
  for await (const done of acdc.write(among, [named(9), named(2)], options)) steps.push(done);
  for await (const _ of acdc.write(reseeded, [named(2)], { ...options, seed: 1 }));
  assert.deepEqual(steps, [1, 2]);
  assert.deepEqual(files(alone), files(among));
  assert.notDeepEqual(files(alone)[1], files(reseeded)[1]);
});

test("the real loader finds nothing wrong with the files and reads them", async () => {
  const folder = temporary("arco-phantom-");
  const lists = join(folder, "lists");
  const slices = (id: string) => 6 + Number(id.slice(7));
  const all = [1, 2, 3, 4].map(named);
  for await (const _ of acdc.write(folder, all, { size: 0.2, slices }));
  mkdirSync(lists);
  const write = (name: string, lines: readonly string[]) => writeFileSync(join(lists, name), `${lines.join("\n")}\n`);
  const both = (id: string) => [`${id}_frame01`, `${id}_frame02`];
  write(
    "train_slices.txt",
    all.slice(0, 2).flatMap((id) => both(id).flatMap((name) => numbered(slices(id), (z) => `${name}_slice_${z + 1}`))),
  );
  write("val.txt", both(all[2]));
  write("test.txt", both(all[3]));
  for await (const { ok, message } of benchmark.check(folder, { lists })) assert.ok(ok, message);
  const opened = await benchmark.open({ labeled: 1, folder, options: { lists, size: 64 } });
  assert.equal(opened.labeled.size + opened.unlabeled.size, 2 * (7 + 8));
  const { image, label } = await opened.labeled.read(3);
  assert.deepEqual([image.length, label?.length], [64 * 64, 64 * 64]);
  const validated = await opened.validation.read(1);
  const { systole } = acdcPatient(all[2], { size: 0.2, slices });
  assert.deepEqual(validated.image.data, systole.image.data);
  assert.deepEqual(validated.label.data, systole.label.data);
});
