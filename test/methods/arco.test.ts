import assert from "node:assert/strict";
import { before, test } from "node:test";
import { tensorCount } from "../../lib/engine/memory.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { takeFrom } from "../../lib/images/augment/mix.js";
import { type ArcoOptions, arcoDefaults } from "../../lib/methods/arco/options.js";
import { arco } from "../../lib/methods/arco.js";
import { defaultsOf } from "../../lib/methods/options.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { Problem } from "../../lib/problem.js";
import type { TrialOptions } from "../../lib/training/contract.js";
import { assertClose } from "../engine/numbers.js";
import { narrow, narrowVolumes } from "../narrow.js";
import { fingerprint, run, trial, values } from "./trial.js";

before(() => startEngine());

const lab = arcoDefaults("lab");
const slices = { network: narrow };
const volumes = { network: narrowVolumes, imageSize: [16, 16, 32] };

/** What a training decides and computes, event by event. */
async function eventsOf(
  options: object,
  { steps = 1, of = slices }: { steps?: number; of?: Partial<TrialOptions> } = {},
): Promise<{ name: string; values: number[] }[]> {
  const events: { name: string; values: number[] }[] = [];
  const observe = (name: string, values: ArrayLike<number>) => void events.push({ name, values: Array.from(values) });
  const trainer = trial("arco", { ...of, options, observe });
  await run(trainer, steps);
  trainer.dispose();
  return events;
}

test("the first thing in which two arms differ is a sampler's draw", async () => {
  const arms = await Promise.all(
    (["ns", "sg", "sag"] as const).map((sampler) => eventsOf({ sampler, ledger: { ...lab.ledger, every: 0 } })),
  );
  for (const [first, second] of [
    [arms[0], arms[1]],
    [arms[1], arms[2]],
    [arms[0], arms[2]],
  ]) {
    const at = first.findIndex((event, i) => JSON.stringify(event) !== JSON.stringify(second[i]));
    assert.match(first[at].name, /^draw of class \d+$/);
    assert.equal(second[at].name, first[at].name);
    assert.ok(first.slice(0, at).some(({ name }) => name.startsWith("negatives of class")));
  }
});

test("what the ledger finds at every pixel is what the contrast computes at the drawn ones", async () => {
  for (const [of, options] of [
    [slices, {}],
    [slices, { contrast: { ...lab.contrast, similarity: "dot", reduction: "mean" } }],
    [volumes, {}],
  ] as const) {
    const events = await eventsOf({ ...options, ledger: { every: 1, repeats: 2, directions: 1 } }, { of });
    const told = (name: string) => events.find((event) => event.name === name)?.values ?? [];
    const classes = [0, 1, 2].filter((number) => told(`draw of class ${number}`).length > 0);
    const means = classes.map((number) => {
      const [population, losses] = [told(`population of class ${number}`), told(`losses of class ${number}`)];
      const drawn = told(`draw of class ${number}`).map((pixel) => losses[population.indexOf(pixel)]);
      return drawn.reduce((sum, loss) => sum + loss, 0) / drawn.length;
    });
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
    assert.equal(classes.length, 3);
    assertClose(told("term contrast"), [mean], 1e-4, "contrast");
  }
});

for (const of of [slices, volumes])
  test(`the variance over repeated draws is the one the ledger states (${of.network})`, async () => {
    const trainer = trial("arco", { ...of, options: { ledger: { every: 1, repeats: 2000, directions: 2 } } });
    await run(trainer, 1);
    const { ledger = [] } = (trainer.notes?.() ?? {}) as { ledger?: Record<string, number & Record<string, number>>[] };
    assert.equal(ledger.length, 6); // three classes, loss and gradient
    // the variance of 2,000 draws has a relative deviation of about 0.03; of two random directions' sum no more
    for (const { observed, ...entry } of ledger)
      for (const sampler of ["ns", "sg", "sag"])
        assert.ok(
          Math.abs(observed[sampler] / entry[sampler] - 1) < 0.2,
          `${sampler}, ${entry.quantity} of class ${entry.class}: ${observed[sampler]} against ${entry[sampler]}`,
        );
    trainer.dispose();
  });

test("a class is in as many clusters as the grid has cells, of volumes too", async () => {
  for (const [of, clusters] of [
    [slices, 4],
    [volumes, 8],
  ] as const) {
    const options = { groups: "clusters", cells: 2, ledger: { every: 1, repeats: 2, directions: 1 } };
    const trainer = trial("arco", { ...of, options });
    await run(trainer, 1);
    const { ledger = [] } = (trainer.notes?.() ?? {}) as { ledger?: { groups: number }[] };
    assert.deepEqual(new Set(ledger.map(({ groups }) => groups)), new Set([clusters]));
    trainer.dispose();
  }
});

test("notes are there in the ledger's steps and in no others", async () => {
  const trainer = trial("arco", { network: narrow, options: { ledger: { every: 3, repeats: 2, directions: 1 } } });
  const has: boolean[] = [];
  for (let step = 0; step < 5; step++) {
    await run(trainer, 1, {}, step);
    has.push(trainer.notes?.() !== undefined);
  }
  assert.deepEqual(has, [true, false, false, true, false]);
  trainer.dispose();
});

test("the ledger only looks: with it and without it a training ends with the same weights", async () => {
  const prints = [];
  for (const every of [0, 1]) {
    const trainer = trial("arco", { network: narrow, options: { ledger: { every, repeats: 2, directions: 1 } } });
    await run(trainer, 3);
    prints.push(await fingerprint(trainer));
    trainer.dispose();
  }
  assert.equal(prints[0], prints[1]);
});

test("the loss is the weighted sum of its terms, halved under lab, and the weight of the pseudo labels rises over their ramp", async () => {
  const weights = { contrast: 0.3, unsupervised: 0.7, nearest: 2, equivariance: 0.5 };
  for (const [ramp, scale] of [
    [0, 1],
    [0, 0.5],
    [0.5, 1],
  ]) {
    const trainer = trial("arco", { network: narrow, steps: 8, options: { weights, scale, unsupervised: { ramp } } });
    for (const [step, { loss, supervised, ...terms }] of (await run(trainer, 6)).entries()) {
      const at = { ...weights, unsupervised: rampUp(step, { max: 0.7, length: 8 * ramp }) };
      const sum = Object.entries(terms).reduce((total, [name, value]) => total + at[name as "nearest"] * value, 0);
      assertClose([loss], [scale * (supervised + sum)], 1e-5, "loss");
      assert.deepEqual(Object.keys(terms).sort(), Object.keys(weights).sort());
    }
    trainer.dispose();
  }
  assert.deepEqual(
    [arcoDefaults("lab").scale, arcoDefaults("paper").scale, arcoDefaults("released").scale],
    [0.5, 1, 1],
  );
});

test("strong views of labelled images: labels go where their pixels went, for every term; it is training on the images so changed", async () => {
  const strong = trial("arco", { network: narrow, options: { labeled: "strong" } });
  const plain = trial("arco", { network: narrow });
  for (let step = 0; step < 3; step++) {
    const given = strong.batch(step);
    const { image, values: pixels, sources = new Int32Array() } = given.views.labeled;
    const truth = takeFrom(given.arrays.label, sources, -1);
    assert.notDeepEqual(truth, given.arrays.label);
    const [labeled, ...size] = given.label.shape;
    const unlabeled = given.image.slice([labeled, 0, 0, 0]);
    const byHand = {
      ...given,
      image: tf.concat([image, unlabeled]),
      label: tf.tensor(truth, [labeled, ...size], "int32"),
      arrays: { image: Float32Array.from([...pixels, ...(await unlabeled.data())]), label: truth },
      views: { strong: given.views.strong },
    };
    const terms = [await strong.step(given), await plain.step(byHand)];
    const [own, other] = await Promise.all(terms.map(({ loss }) => loss.data()));
    assert.deepEqual(own, other);
  }
  assert.equal(await fingerprint(strong), await fingerprint(plain));
  assert.throws(
    () => trial("arco", { options: { labeled: "strong", strong: { ...lab.strong, mixing: "classmix" } } }),
    {
      name: "Problem",
      message: /labeled: found "strong" with strong.mixing "classmix"/,
    },
  );
});

test("a term without weight is not computed, and the sampler has nothing to say without the contrast", async () => {
  const weights = { contrast: 0, unsupervised: 1, nearest: 0, equivariance: 0 };
  const rows = [];
  for (const sampler of ["ns", "sag"]) {
    const trainer = trial("arco", { network: narrow, options: { weights, sampler } });
    rows.push(await run(trainer, 3));
    trainer.dispose();
  }
  assert.deepEqual(Object.keys(rows[0][0]), ["loss", "supervised", "unsupervised"]);
  assert.deepEqual(rows[0], rows[1]);
});

test("student and teacher start from the pre-trained student", async () => {
  const first = trial("relational");
  await run(first, 2);
  const trained = await values(first, "model/");
  const start = Object.fromEntries(
    Object.entries(first.variables).map(([path, { shape }]) => [path, { shape, values: trained[path] }]),
  );
  const second = trial("arco", { start });
  assert.deepEqual(await values(second, "model/"), trained);
  const teacher = await values(second, "teacher/");
  for (const [path, weight] of Object.entries(trained))
    assert.deepEqual(teacher[path.replace("model/", "teacher/")], weight);
  const path = "model/out.bias";
  assert.throws(
    () => trial("arco", { start: { ...start, [path]: { shape: [7], values: new Float32Array(7) } } }),
    (error) => error instanceof Problem && /"model\/out.bias": found 7, expected 3/.test(error.message),
  );
  for (const trainer of [first, second]) trainer.dispose();
});

test("with the released nearest neighbours and without them the student is the same: their loss is a constant", async () => {
  const weightsOf = async (nearest: number) => {
    const options = {
      weights: { ...lab.weights, nearest },
      nearest: { ...lab.nearest, map: "grid8", gradient: "none" },
      teacher: { ...lab.teacher, view: "strong" },
    };
    const trainer = trial("arco", { network: narrow, options });
    await run(trainer, 3);
    const model = await values(trainer, "model/");
    trainer.dispose();
    return model;
  };
  assert.deepEqual(await weightsOf(1), await weightsOf(0));
});

const contrast = (change: Partial<ArcoOptions["contrast"]>) => ({ contrast: { ...lab.contrast, ...change } });
const released = arcoDefaults("released");
const choices: Record<string, object> = {
  released: { ...released, contrast: { ...released.contrast, bank: 300 } },
  "negatives by class relation, own ones out of a pool": contrast({ draw: "pool", classes: "relation" }),
  "own negatives": contrast({ draw: "own" }),
  "own negatives of fewer queries than were asked for": {
    ...contrast({ draw: "own", queries: 2000, negatives: 3 }),
    replacement: false,
  },
  "strong views of labelled images": { labeled: "strong" },
  "hard queries": contrast({ which: "hard" }),
  "joint passes": { passes: "joint" },
  "fields of 8 × 8 as neighbours": {
    teacher: { ...lab.teacher, view: "strong" },
    nearest: { ...lab.nearest, map: "grid8" },
  },
  "every pixel as neighbours, of a teacher that looks before the images are mixed": {
    nearest: { ...lab.nearest, map: "full" },
  },
  superpixels: { groups: "superpixels" },
  clusters: { groups: "clusters" },
  "drawn without replacement": { replacement: false, sampler: "sag" },
  "groups within an image": { scope: "image", sampler: "sag" },
  "a teacher in evaluation mode": { teacher: { ...lab.teacher, mode: "eval" } },
  "classes mixed and images warped": { strong: { ...lab.strong, mixing: "classmix", elastic: true } },
};

const releasedVolumes = defaultsOf(arco, "released", "volumes");
const onVolumes: Record<string, object> = {
  released: { ...releasedVolumes, contrast: { ...releasedVolumes.contrast, bank: 300 } },
  superpixels: { groups: "superpixels" },
  "classes mixed and images warped": { strong: { ...lab.strong, mixing: "classmix", elastic: true } },
};

for (const [name, options, of] of [
  ...Object.entries(choices).map(([name, options]) => [name, options, slices] as const),
  ...Object.entries(onVolumes).map(([name, options]) => [`volumes and ${name}`, options, volumes] as const),
])
  test(`with ${name} every term is a number, the student moves and no tensor stays behind`, async () => {
    const trainer = trial("arco", { ...of, steps: 30, options });
    await run(trainer, 2);
    const [before, weights] = [tensorCount(), await values(trainer, "model/")];
    const rows = await run(trainer, 3, {}, 2);
    assert.deepEqual(tensorCount(), before);
    assert.ok(rows.every((row) => Object.values(row).every(Number.isFinite)));
    assert.notDeepEqual(await values(trainer, "model/"), weights);
    trainer.dispose();
  });

test("on volumes the representation is the released 16 wide, under the paper its 512, and the released arm differs by the list", () => {
  assert.deepEqual(
    [defaultsOf(arco, "lab", "volumes").representation, defaultsOf(arco, "lab", "volumes").sampler],
    [16, "sg"],
  );
  assert.equal(defaultsOf(arco, "paper", "volumes").representation, 512);
  const { sampler, strong, weights, deadForward } = releasedVolumes;
  assert.deepEqual(
    [sampler, strong.slab, strong.photometric, weights.equivariance, deadForward],
    ["sagReleased", 10, false, 0, false],
  );
});

test("choices that contradict each other are named", async () => {
  assert.throws(
    () => trial("arco", { ...volumes, options: { weights: { ...lab.weights, equivariance: 1 } } }),
    /weights\.equivariance: found 1 for volumes, expected 0/,
  );
  await assert.rejects(
    async () => run(trial("arco", { network: narrow, options: contrast({ which: "released" }) }), 1),
    /contrast\.which: found "released" with teacher\.view "weak"/,
  );
  assert.throws(
    () => trial("arco", { network: narrow, options: contrast({ from: "bank" }) }),
    /contrast\.from: found "bank"/,
  );
});
