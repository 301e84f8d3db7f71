import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { benchmarks } from "../../lib/benchmarks/index.js";
import { drawLabeled } from "../../lib/benchmarks/labeledDraw.js";
import { pretrainingConfig, resolveConfig } from "../../lib/training/config/config.js";

/** Scans of patients, a letter and a number each. */
const scans = fc
  .uniqueArray(fc.tuple(fc.constantFrom(..."abcdefgh"), fc.nat(3)), { minLength: 1, selector: String })
  .map((pairs) => pairs.map(([patient, scan]) => `${patient}${scan}`));
const patientOf = (scan: string) => scan[0];
const patients = (some: readonly string[]) => new Set(some.map(patientOf));
const labeledOf = ({ all, labeled }: { all: readonly string[]; labeled: number }) => all.slice(0, labeled);

test("seed 0 is the published split, and every other draws as many whole patients, all in the order of the split", () => {
  fc.assert(
    fc.property(scans, fc.nat(), fc.integer({ min: 0, max: 50 }), (all, at, seed) => {
      const labeled = at % (all.length + 1);
      const found = drawLabeled({ all, labeled }, seed, { patientOf });
      if (seed === 0) return assert.deepEqual(found, { all, labeled });
      assert.deepEqual([...found.all].sort(), [...all].sort());
      const first = labeledOf(found);
      assert.equal(patients(first).size, patients(all.slice(0, labeled)).size);
      for (const part of [first, found.all.slice(found.labeled)])
        assert.deepEqual(
          part,
          all.filter((scan) => part.includes(scan)),
        );
      assert.ok(!found.all.slice(found.labeled).some((scan) => patients(first).has(patientOf(scan))));
    }),
  );
});

test("with the same seed fewer patients are among more, whatever the order of the list", () => {
  fc.assert(
    fc.property(scans, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 50 }), (all, one, other, seed) => {
      const [few, many] = [one % (all.length + 1), other % (all.length + 1)].sort((a, b) => a - b);
      const fewer = patients(labeledOf(drawLabeled({ all, labeled: few }, seed, { patientOf })));
      const reversed = drawLabeled({ all: [...all].reverse(), labeled: 0 }, seed, { patientOf });
      assert.deepEqual(labeledOf(reversed), []);
      const more = patients(labeledOf(drawLabeled({ all, labeled: many }, seed, { patientOf })));
      assert.ok([...fewer].every((patient) => more.has(patient)));
    }),
  );
});

test("over many seeds each patient is drawn as often as any other", () => {
  const all = ["a0", "a1", "b0", "c0", "d0", "e0"];
  const counts = new Map<string, number>();
  for (let seed = 1; seed <= 2000; seed++)
    for (const patient of patients(labeledOf(drawLabeled({ all, labeled: 3 }, seed, { patientOf }))))
      counts.set(patient, (counts.get(patient) ?? 0) + 1);
  // two of five patients: 800 times each, with a standard deviation of √(2000 · 0.4 · 0.6) = 22
  for (const patient of "abcde")
    assert.ok(Math.abs((counts.get(patient) ?? 0) - 800) < 110, `${patient}: ${counts.get(patient)}`);
});

test("what has no label is never drawn to be labelled", () => {
  const all = ["a0", "a1", "b0", "c0", "d0"];
  const hasLabel = (scan: string) => scan !== "a1" && scan !== "d0";
  for (let seed = 1; seed < 50; seed++) {
    const found = drawLabeled({ all, labeled: 1 }, seed, { patientOf, hasLabel });
    assert.ok(labeledOf(found).every(hasLabel));
    assert.equal(patients(labeledOf(found)).size, 1);
  }
});

test("of ACDC whole patients are drawn, both their volumes, and no label of another is given", async () => {
  const options = { scale: 0.25, size: 32 };
  const at = async (labeledSeed: number, labeled = 3) => {
    const opened = await benchmarks["phantom-acdc"].open({ labeled, labeledSeed, options });
    return { opened, volumes: [...new Set(opened.labeled.places.map((place) => place.case))] };
  };
  const [published, drawn, other] = [await at(0), await at(1), await at(2)];
  assert.equal(drawn.volumes.length, 6);
  assert.equal(new Set(drawn.volumes.map((volume) => volume.split("_")[0])).size, 3);
  assert.notDeepEqual(drawn.volumes, published.volumes);
  assert.notDeepEqual(drawn.volumes, other.volumes);
  assert.ok(drawn.volumes.every((volume) => volume.length > 0));
  const one = await at(1, 1);
  assert.ok(one.volumes.every((volume) => drawn.volumes.includes(volume)));
  assert.equal(
    drawn.opened.labeled.size + drawn.opened.unlabeled.size,
    published.opened.labeled.size + published.opened.unlabeled.size,
  );
  assert.ok((await drawn.opened.labeled.read(0)).label);
  assert.equal((await drawn.opened.unlabeled.read(0)).label, undefined);
  const again = await benchmarks["phantom-acdc"].open(drawn.opened.options); // as a thread that prepares batches does
  assert.deepEqual(again.labeled.ids, drawn.opened.labeled.ids);
});

test("of LiTS, slices are chosen by the labels of the volumes that were drawn", async () => {
  const open = (labeledSeed: number) =>
    benchmarks["phantom-lits"].open({ labeled: 1, labeledSeed, options: { scale: 0.125, size: 32 } });
  const drawn = await open(1);
  const volumes = new Set(drawn.labeled.places.map((place) => place.case));
  assert.equal(volumes.size, 1);
  assert.notDeepEqual(volumes, new Set((await open(0)).labeled.places.map((place) => place.case)));
  for (let at = 0; at < drawn.labeled.size; at++)
    assert.ok((await drawn.labeled.read(at)).label?.some((value) => value > 0));
  const [{ slices }] = drawn.unlabeled.places;
  const [first] = drawn.unlabeled.places;
  assert.equal(drawn.unlabeled.places.filter((place) => place.case === first.case).length, slices);
});

test("a config's draw goes with it: to the pre-training on labels, not to one without, and there is one draw of all", () => {
  const config = resolveConfig({ method: "arco", labeled: 3, labeledSeed: 4 });
  assert.equal(config.labeledSeed, 4);
  assert.equal(pretrainingConfig(config)?.labeledSeed, 4);
  const unlabeled = resolveConfig({ method: "arco", labeled: 3, labeledSeed: 4, pretraining: { method: "moco" } });
  assert.equal(pretrainingConfig(unlabeled)?.labeledSeed, 0);
  assert.equal(resolveConfig({ labeled: 60, labeledSeed: 4 }).labeledSeed, 0);
  assert.throws(
    () => resolveConfig({ method: "moco", labeledSeed: 1 }),
    /labeledSeed: found 1, expected none: moco looks at no labels/,
  );
});
