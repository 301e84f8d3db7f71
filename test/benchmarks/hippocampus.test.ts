import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { hippocampus } from "../../lib/benchmarks/hippocampus.js";
import { dataFolder } from "../../lib/benchmarks/places.js";
import { readSplit } from "../../lib/benchmarks/split.js";
import { stream } from "../../lib/engine/random.js";
import { temporary } from "../temporary.js";
import { isProblem, readAll } from "./reading.js";

const home = join(dataFolder, "hippocampus");

function copy(): string {
  const folder = join(temporary("arco-hippocampus-"), "copy");
  cpSync(home, folder, { recursive: true });
  return folder;
}

const number = (id: string) => Number(id.slice(-3));

test("the split is the stated draw: the first 90 of the pool, neighbours together, 20 and 10 of singles and pairs, 60 in turns", () => {
  const { pool, seed, stream: name, labeled, apart } = JSON.parse(readFileSync(join(home, "split.json"), "utf8"));
  const chosen = [...stream(seed, ...name).permutation(pool.length)].slice(0, 90).map((i) => String(pool[i]));
  const neighbors: string[][] = [];
  for (const id of chosen.sort()) {
    const last = neighbors.at(-1);
    if (last && number(id) - number(last[last.length - 1]) <= apart) last.push(id);
    else neighbors.push([id]);
  }
  const rest = [...stream(seed, ...name).permutation(neighbors.length)].map((i) => neighbors[i]);
  const take = (count: number): string[] => {
    const part: string[] = [];
    for (const group of [...rest])
      if (group.length <= 2 && part.length + group.length <= count)
        part.push(...rest.splice(rest.indexOf(group), 1)[0]);
    return part;
  };
  const [tested, validation] = [take(20), take(10)];
  const longest = Math.max(...rest.map(({ length }) => length));
  const train = Array.from({ length: longest }, (_, turn) => rest.flatMap((group) => group[turn] ?? [])).flat();
  assert.deepEqual(readSplit(home), { train, validation, test: tested });
  assert.deepEqual([labeled, pool.length, [...pool].sort()], [hippocampus.labeledChoices, 220, pool]);
});

test("no scan is in another part than one whose number is three away or less: such scans look like those of one patient", () => {
  const parts = Object.values(readSplit(home));
  for (const [at, part] of parts.entries())
    for (const other of parts.slice(at + 1))
      for (const id of part)
        assert.ok(
          !other.some((one) => Math.abs(number(one) - number(id)) <= 3),
          `${id} has a neighbour in another part`,
        );
});

test("a sample in ARCO_DATA is taken instead, one without a split is not", () => {
  const [whole, bare] = [temporary("arco-hippocampus-"), temporary("arco-hippocampus-")];
  cpSync(home, join(whole, "hippocampus"), { recursive: true });
  cpSync(join(home, "imagesTr"), join(bare, "hippocampus", "imagesTr"), { recursive: true });
  try {
    for (const [data, expected] of [
      [whole, join(whole, "hippocampus")],
      [bare, home],
    ]) {
      process.env.ARCO_DATA = data;
      assert.equal(hippocampus.find(), expected);
    }
  } finally {
    delete process.env.ARCO_DATA;
  }
});

test("the sample has 90 pairs of files, at most 8 MB", () => {
  const { train, validation, test: testing } = readSplit(home);
  const names = [...train, ...validation, ...testing].map((id) => `${id}.nii.gz`).sort();
  for (const folder of ["imagesTr", "labelsTr"]) assert.deepEqual(readdirSync(join(home, folder)).sort(), names);
  const bytes = readdirSync(home, { recursive: true }).reduce(
    (sum, name) => sum + statSync(join(home, String(name))).size,
    0,
  );
  assert.ok(bytes < 8_000_000, `${bytes} bytes`);
});

test("every file is as its hash, its grid and its labels say", async () => {
  const findings = [];
  for await (const finding of hippocampus.check(home)) findings.push(finding);
  assert.deepEqual([findings.length, findings.filter(({ ok }) => !ok)], [180, []]);
});

test("labelled subsets are nested, and labelled and unlabelled slices are together those of 60 volumes", async () => {
  const opened = await Promise.all(hippocampus.labeledChoices.map((labeled) => hippocampus.open({ labeled })));
  const cases = opened.map(({ labeled }) => new Set(labeled.ids.map((id) => id.split("_slice_")[0])));
  assert.deepEqual(
    cases.map((set) => set.size),
    [1, 3, 6, 60],
  );
  for (const [i, { labeled, unlabeled }] of opened.entries()) {
    assert.deepEqual([...labeled.ids, ...unlabeled.ids], opened[3].labeled.ids);
    assert.ok(i === 0 || [...cases[i - 1]].every((id) => cases[i].has(id)));
    assert.ok(unlabeled.ids.every((id) => !cases[i].has(id.split("_slice_")[0])));
  }
});

test("labels of unlabelled and test volumes may be rubbish or missing; training and validation never look at them", async () => {
  const folder = copy();
  const { train, test: testing } = readSplit(folder);
  for (const id of train.slice(3, 30)) rmSync(join(folder, "labelsTr", `${id}.nii.gz`));
  for (const id of [...train.slice(30), ...testing])
    writeFileSync(join(folder, "labelsTr", `${id}.nii.gz`), "not for you");
  const rubbish = await hippocampus.open({ labeled: 3, folder });
  const whole = await hippocampus.open({ labeled: 3 });
  assert.deepEqual(await readAll(rubbish.unlabeled), await readAll(whole.unlabeled));
  assert.deepEqual(await readAll(rubbish.labeled), await readAll(whole.labeled));
  assert.equal((await rubbish.unlabeled.read(7)).label, undefined);
  assert.deepEqual((await rubbish.validation.read(2)).label.data, (await whole.validation.read(2)).label.data);
  await assert.rejects(rubbish.test.read(0), isProblem(/test case: call openTest/));
  rubbish.openTest();
  await assert.rejects(rubbish.test.read(0), isProblem(/labelsTr/));
});

test("a validation volume's labels survive the way to the network's grid and back", async () => {
  const { validation, toNetwork, fromNetwork } = await hippocampus.open({ labeled: 1 });
  for (const i of validation.ids.keys()) {
    const { image, label } = await validation.read(i);
    const { slices, shape } = toNetwork(image);
    assert.deepEqual([slices.length, slices[0].length, shape], [image.shape[0], 64 * 48, [64, 48]]);
    const [depth, height, width] = image.shape;
    const [top, left] = [Math.floor((64 - height) / 2), Math.floor((48 - width) / 2)];
    const maps = Array.from({ length: depth }, (_, z) => {
      const map = new Uint8Array(64 * 48);
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) map[(top + y) * 48 + left + x] = label.data[(z * height + y) * width + x];
      return map;
    });
    assert.deepEqual(fromNetwork(maps, image), { ...label, path: image.path });
  }
});

test("labels stored as floats are read, and an image lies under its label", async () => {
  const { train } = readSplit(home);
  const { labeled } = await hippocampus.open({ labeled: 60 });
  for (const id of ["hippocampus_003", "hippocampus_243"]) assert.ok(train.includes(id));
  const examples = (await readAll(labeled)).filter((example) => example.case === "hippocampus_003");
  assert.deepEqual(new Set(examples.flatMap(({ label }) => [...(label ?? [])])), new Set([0, 1, 2]));
  assert.deepEqual(
    examples.map(({ slice }) => slice),
    examples.map((_, i) => i),
  );
});

test("a missing or altered sample is an error that says how to get it back", async () => {
  await assert.rejects(
    hippocampus.open({ labeled: 1, folder: "/nowhere" }),
    isProblem(/\/nowhere: found no split.json.*git checkout/),
  );
  await assert.rejects(
    hippocampus.open({ labeled: 2 }),
    isProblem(/found 2 labelled cases, expected one of 1, 3, 6, 60/),
  );
  const folder = copy();
  const [first, second] = readSplit(folder).train;
  rmSync(join(folder, "imagesTr", `${first}.nii.gz`));
  cpSync(
    join(folder, "labelsTr", `${readSplit(folder).train[2]}.nii.gz`),
    join(folder, "labelsTr", `${second}.nii.gz`),
  );
  assert.match(hippocampus.state(folder).message, new RegExp(`${first}.nii.gz: not found \\(1 files\\)`));
  await assert.rejects(hippocampus.open({ labeled: 1, folder }), isProblem(new RegExp(`${first}.*not found`)));
  const wrong = [];
  for await (const finding of hippocampus.check(folder)) if (!finding.ok) wrong.push(finding.message);
  assert.equal(wrong.length, 3); // the label of the missing image cannot be compared with it either
  assert.ok(wrong.some((message) => /sha256/.test(message) && message.includes(second)));
});
