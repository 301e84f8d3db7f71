import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { methods } from "../../../lib/methods/index.js";
import { defaultsOf } from "../../../lib/methods/options.js";
import { Problem } from "../../../lib/problem.js";
import {
  configHash,
  type PartialConfig,
  pretrainingConfig,
  pretrainingConfigs,
  resolveConfig,
} from "../../../lib/training/config/config.js";
import { canonical, isRecord } from "../../../lib/training/config/schema.js";

/** The message of the Problem that a config throws. */
function complaint(given: object): string {
  try {
    resolveConfig(given);
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error.message;
  }
  return assert.fail(`${JSON.stringify(given)} was taken`);
}

test("nothing given is the smallest real job: supervised on one labelled hippocampus", () => {
  const { benchmark, labeled, method, preset, protocol, seed, steps, batch } = resolveConfig();
  assert.deepEqual(
    { benchmark, labeled, method, preset, protocol, seed },
    { benchmark: "hippocampus", labeled: 1, method: "supervised", preset: "mini", protocol: "lab", seed: 0 },
  );
  assert.deepEqual({ steps, batch }, { steps: 200, batch: { labeled: 8, unlabeled: 0 } });
});

test("defaults follow from benchmark, method, preset and protocol", () => {
  const { batch, steps } = resolveConfig({ method: "meanTeacher", preset: "full" });
  assert.deepEqual({ batch, steps }, { batch: { labeled: 12, unlabeled: 12 }, steps: 30_000 }); // SSL4MIS
  assert.deepEqual(resolveConfig({ method: "supervised", preset: "full", protocol: "released" }).batch, {
    labeled: 24,
    unlabeled: 0,
  });
  assert.equal(resolveConfig({ protocol: "paper" }).optimizer.schedule, "step");
  assert.equal(resolveConfig({ protocol: "released" }).augmentation.randomCrop, "released");
  assert.equal(resolveConfig({ preset: "smoke" }).steps, 10);
});

test("what is given stands, down to a single nested field", () => {
  const config = resolveConfig({
    optimizer: { rate: 0.05 },
    batch: { labeled: 3 },
    options: { scale: 1 },
    augmentation: { crop: false },
    steps: 7,
  });
  const { optimizer, batch, augmentation } = resolveConfig();
  assert.deepEqual(config.optimizer, { ...optimizer, rate: 0.05 });
  assert.deepEqual(config.batch, { ...batch, labeled: 3 });
  assert.deepEqual(config.augmentation, { ...augmentation, crop: false });
  assert.equal(config.options.scale, 1);
  assert.deepEqual(resolveConfig(config), config);
});

test("an unknown key is an error that names the nearest one, at every depth", () => {
  for (const [given, message] of [
    [{ stpes: 3 }, 'config: unknown key "stpes"; did you mean "steps"?'],
    [{ optimizer: { learningrate: 1 } }, 'unknown key "optimizer.learningrate"; known: kind, rate'],
    [{ optimizer: { rates: 1 } }, 'unknown key "optimizer.rates"; did you mean "optimizer.rate"?'],
    [{ batch: { labelled: 1 } }, 'did you mean "batch.labeled"?'],
    [{ options: { scal: 1 } }, 'unknown key "options.scal"; did you mean "options.scale"?'],
    [{ augmentation: { rotate: true } }, 'did you mean "augmentation.rotation"?'],
    [{ method: "meanteacher" }, 'method: found "meanteacher", expected one of supervised, entropyMinimization'],
    [{ method: "meanteacher" }, 'did you mean "meanTeacher"?'],
    [{ benchmark: "hipocampus" }, 'did you mean "hippocampus"?'],
  ] as const)
    assert.ok(complaint(given).includes(message), complaint(given));
});

test("a wrong value is an error with field, found and expected", () => {
  for (const [given, message] of [
    [{ steps: "300" }, 'config: steps: found "300", expected a number'],
    [{ steps: 0 }, "steps: found 0, expected a number from 1"],
    [{ seed: 1.5 }, "seed: found 1.5, expected a whole number"],
    [{ optimizer: { momentum: 1 } }, "optimizer.momentum: found 1, expected a number below 1"],
    [{ optimizer: 5 }, "optimizer: found 5, expected an object"],
    [{ preset: "tiny" }, 'preset: found "tiny", expected one of smoke, mini, full'],
    [{ labeled: 2 }, "labeled: found 2, expected one of 1, 3, 6, 60 for hippocampus"],
    [{ options: { scale: "half" } }, 'options.scale: found "half", expected a number such as 0.5'],
    [{ options: { scale: null } }, "options.scale: found null, expected a number"],
  ] as const)
    assert.ok(complaint(given).includes(message), complaint(given));
});

test("a method with a pre-training has its phase in the config, with lengths and batches of its own", () => {
  for (const [preset, benchmark, first, second] of [
    ["smoke", "hippocampus", [5, 2, 2, 5], [10, 2, 2, 10]],
    ["mini", "hippocampus", [100, 4, 4, 100], [200, 8, 8, 100]],
    ["mini", "acdc", [200, 3, 3, 200], [2_000, 4, 4, 200]],
    ["mini", "mmwhs", [200, 3, 3, 200], [500, 4, 4, 125]],
    ["full", "acdc", [21_900, 3, 3, 21_900], [30_000, 12, 12, 200]],
  ] as const) {
    const config = resolveConfig({ method: "arco", preset, benchmark });
    const lengths = [pretrainingConfig(config) ?? assert.fail(), config].map(({ steps, batch, validateEvery }) => [
      ...[steps, batch.labeled, batch.unlabeled, validateEvery],
    ]);
    assert.deepEqual(lengths, [first, second], `${preset} ${benchmark}`);
    assert.equal(config.pretraining?.method, "relational");
  }
  for (const method of ["supervised", "meanTeacher", "relational"])
    assert.equal(resolveConfig({ method }).pretraining, null, method);
});

test("in full both phases are as long as the protocol's source says: 100 and 200 epochs of the paper, or the defaults of the released scripts", () => {
  const lengths = (method: string, benchmark: string, protocol: "lab" | "paper" | "released") => {
    const config = resolveConfig({ method, benchmark, protocol, preset: "full" });
    return [pretrainingConfig(config) ?? assert.fail(), config].map(({ steps, batch }) => [
      steps,
      batch.labeled,
      batch.unlabeled,
    ]);
  };
  for (const [benchmark, protocol, first, arco, action] of [
    ["acdc", "lab", [21_900, 3, 3], [30_000, 12, 12], [30_000, 12, 12]],
    ["acdc", "paper", [21_900, 3, 3], [58_800, 4, 4], [58_800, 4, 4]], // 100·1,312/6; 200·(1,312 − 136)/4
    ["acdc", "released", [6_000, 3, 3], [30_000, 4, 4], [6_000, 4, 4]],
    ["la", "lab", [6_000, 1, 1], [6_000, 2, 2], [6_000, 2, 2]],
    ["la", "paper", [6_000, 1, 1], [6_000, 4, 4], [6_000, 4, 4]],
    ["la", "released", [6_000, 1, 1], [6_000, 4, 4], [30_000, 2, 2]],
  ] as const) {
    assert.deepEqual(lengths("arco", benchmark, protocol), [first, arco], `ARCO on ${benchmark}, ${protocol}`);
    assert.deepEqual(lengths("action", benchmark, protocol), [first, action], `ACTION on ${benchmark}, ${protocol}`);
  }
});

test("what is given of the pre-training stands, down to a single nested field", () => {
  const usual = resolveConfig({ method: "arco" });
  const config = resolveConfig({
    method: "arco",
    pretraining: { steps: 7, batch: { labeled: 2 }, optimizer: { rate: 0.5 }, options: { weights: { local: 0 } } },
  });
  const { pretraining } = usual;
  assert.deepEqual(config, {
    ...usual,
    pretraining: {
      ...pretraining,
      steps: 7,
      batch: { ...pretraining?.batch, labeled: 2 },
      optimizer: { ...pretraining?.optimizer, rate: 0.5 },
      options: { ...pretraining?.options, weights: { global: 1, local: 0 } },
    },
  });
  assert.deepEqual(resolveConfig(config), config);
  assert.deepEqual(resolveConfig({ method: "arco", pretraining: null }), { ...usual, pretraining: null });
});

test("the pre-training as a run of its own is what its method trains alone: same seed, data and augmentation", () => {
  const arms: PartialConfig[] = [
    {},
    { seed: 4, labeled: 3, preset: "smoke" },
    { protocol: "paper" },
    { protocol: "released" },
    { augmentation: { crop: false } },
  ];
  for (const choices of arms) {
    const first = pretrainingConfig(resolveConfig({ ...choices, method: "arco" }));
    assert.deepEqual(first, resolveConfig({ ...choices, method: "relational" }), JSON.stringify(choices));
  }
  const shorter = pretrainingConfig(resolveConfig({ method: "arco", pretraining: { steps: 70 } }));
  assert.deepEqual(shorter, resolveConfig({ method: "relational", steps: 70 }));
  assert.equal(pretrainingConfig(resolveConfig({ method: "arco", pretraining: null })), undefined);
});

test("arms share their pre-training unless something in it, the data or the seed differs", () => {
  const hash = (given: PartialConfig) => {
    const first = pretrainingConfig(resolveConfig({ method: "arco", ...given }));
    return first && configHash(first);
  };
  const own: PartialConfig[] = [
    { options: { sampler: "sag" } },
    { steps: 7 },
    { batch: { labeled: 1 } },
    { optimizer: { rate: 1 } },
    { checkpoint: "last" },
    { draw: "replacement" },
    { validateEvery: 1 },
  ];
  for (const given of own) assert.equal(hash(given), hash({}), JSON.stringify(given));
  const shared: PartialConfig[] = [
    { seed: 1 },
    { labeled: 3 },
    { augmentation: { crop: false } },
    { pretraining: { steps: 7 } },
    { pretraining: { options: { tauS: 0.2 } } },
    { protocol: "paper" },
  ];
  assert.equal(new Set([{}, ...shared].map(hash)).size, shared.length + 1);
});

test("an augmentation that does not act on such images is refused, whatever is stored with its usual value", () => {
  const of = (benchmark: string, augmentation: object) => () => resolveConfig({ benchmark, augmentation });
  assert.throws(of("la", { interpolation: "linear" }), {
    name: "Problem",
    message:
      /augmentation\.interpolation: found "linear", which changes nothing for the volumes of la; there are rotation, quarterTurns, flip, flipAxis, crop/,
  });
  assert.throws(of("la", { randomCrop: "released" }), /augmentation\.randomCrop: found "released"/);
  assert.throws(of("camvid", { rotation: false }), /augmentation\.rotation: found false.*photographs of camvid/);
  const { augmentation } = resolveConfig({ benchmark: "la", protocol: "released" });
  assert.equal(augmentation.randomCrop, "released");
  assert.deepEqual(resolveConfig({ benchmark: "la", protocol: "released", augmentation }).augmentation, augmentation);
});

test("on volumes the methods of table 9 are trained equally long under protocol lab, and as released as long and at the rates of their scripts", () => {
  const of = (protocol: "lab" | "released", method: string) => {
    const { steps, optimizer } = resolveConfig({ method, benchmark: "la", preset: "full", protocol });
    return `${steps} ${optimizer.schedule}`;
  };
  const released = {
    "6000 poly": [
      "supervised",
      "entropyMinimization",
      "cct",
      "dan",
      "urpc",
      "dct",
      "ict",
      "meanTeacher",
      "cps",
      "gcl",
      "arco",
    ],
    "6000 step": ["uamt", "dtc", "sassnet"],
    "15000 constant": ["mcnet"],
    "15000 step": ["ssnet"],
  };
  for (const [expected, names] of Object.entries(released))
    for (const name of names) assert.deepEqual([of("released", name), of("lab", name)], [expected, "6000 poly"], name);
});

test("volumes change the options that a method has for them, under every protocol, and what is given still wins", () => {
  for (const protocol of ["lab", "paper", "released"] as const)
    for (const preset of ["mini", "full"] as const) {
      const { volumes } = methods.ssnet;
      const of = (benchmark: string) => resolveConfig({ method: "ssnet", protocol, benchmark, preset }).options;
      assert.deepEqual(of("hippocampus"), defaultsOf(methods.ssnet, protocol, "slices", preset));
      assert.deepEqual(of("la"), { ...of("hippocampus"), ...volumes });
    }
  const given = resolveConfig({ method: "ssnet", benchmark: "la", options: { magnitude: 3 } });
  assert.equal(given.options.magnitude, 3);
});

test("short presets of the lab change the options that a method has for them, and what is given still wins", () => {
  const weight = (given: PartialConfig) => resolveConfig({ method: "uamt", ...given }).options.weight;
  for (const preset of ["smoke", "mini"] as const) assert.equal(weight({ preset }), 1);
  assert.equal(weight({ preset: "full" }), 0.1); // SSL4MIS
  for (const protocol of ["paper", "released"] as const) assert.equal(weight({ protocol }), 0.1);
  assert.equal(weight({ benchmark: "la" }), 1); // of volumes, too
  assert.equal(weight({ benchmark: "la", preset: "full" }), 0.1);
  assert.equal(weight({ options: { weight: 3 } }), 3);
});

// docs/tuning.md, "Weights of the compared methods": what was chosen there for a few hundred updates is for these alone.
test("the published weights stand wherever a training is as long as the paper's or follows its protocol", () => {
  const changed = Object.values(methods).filter(({ short }) => short);
  assert.deepEqual(changed.map(({ name, short }) => [name, short]).sort(), [
    ["cct", { weight: 30 }],
    ["cps", { weight: 1 }],
    ["dan", { weight: 0.01 }],
    ["dtc", { weight: 0.3 }],
    ["ict", { weight: 10 }],
    ["mcnet", { weight: 1 }],
    ["ssnet", { weight: 1 }],
    ["uamt", { weight: 1 }],
  ]);
  for (const method of changed) {
    for (const given of [{ preset: "full" }, { protocol: "paper" }, { protocol: "released" }] as const) {
      const { weight } = resolveConfig({ method: method.name, ...given }).options;
      const published: { weight?: number } = defaultsOf({ ...method, short: {} }, given.protocol);
      assert.equal(weight, published.weight, method.name);
    }
  }
});

test("a method that learns from unlabelled images has some in every step, unless it looks at labelled ones in the same way", () => {
  const batch = { labeled: 2, unlabeled: 0 };
  const known = new Set(["relational", "actionDistillation", "reco"]);
  for (const { name, labeled, unlabeled } of Object.values(methods)) {
    if (!unlabeled) continue;
    const given = { method: name, batch: { ...batch, labeled: labeled ? 2 : 0 } };
    if (known.has(name)) assert.equal(resolveConfig(given).batch.unlabeled, 0, name);
    else assert.ok(complaint(given).includes(`config: batch.unlabeled: found 0, expected a number from 1: ${name} `));
  }
  const message = complaint({ method: "meanTeacher", batch: { unlabeled: 0 } });
  assert.ok(message.endsWith('meanTeacher learns from unlabelled images, too; method "supervised" does without'));
  assert.equal(resolveConfig({ method: "arco", pretraining: { batch } }).pretraining?.batch.unlabeled, 0);
  assert.ok(complaint({ method: "meanTeacher", batch: { labeled: 0 } }).includes("batch.labeled: found 0, expected a"));
});

test("a pre-training may have one of its own, each checked as a method is", () => {
  const config = resolveConfig({ method: "gcl", pretraining: { pretraining: { steps: 7 } } });
  assert.deepEqual(
    pretrainingConfigs(config).map(({ method, steps, labeled }) => [method, steps, labeled]),
    [
      ["gclGlobal", 7, 0],
      ["gclLocal", 100, 0],
    ],
  );
  assert.deepEqual(resolveConfig(config), config);
  assert.deepEqual(pretrainingConfigs(resolveConfig({ method: "supervised" })), []);
  for (const [given, message] of [
    [{ method: "gcl", pretraining: { pretraining: { stps: 7 } } }, 'did you mean "pretraining.pretraining.steps"?'],
    [
      { method: "gcl", pretraining: { pretraining: { method: "relational" } } },
      'pretraining.pretraining: found "relational", which looks at labels, before gclLocal, which looks at none; expected a pre-training without labels',
    ],
    [
      { method: "gcl", pretraining: { pretraining: { batch: { labeled: 2 } } } },
      "pretraining.pretraining: batch.labeled: found 2, expected 0: gclGlobal looks at no labels",
    ],
    [
      { method: "supervised", batch: { unlabeled: 4 } },
      "batch.unlabeled: found 4, expected 0: supervised looks at labelled images alone",
    ],
    [{ method: "moco", labeled: 3 }, "labeled: found 3, expected none: moco looks at no labels"],
    [{ method: "moco", pretraining: { method: "relational" } }, 'pretraining: found "relational" before moco'],
  ] as const)
    assert.ok(complaint(given).includes(message), complaint(given));
});

test("a protocol changes the options of both phases, and what is given still wins", () => {
  const of = (protocol: "lab" | "paper" | "released", given: PartialConfig = {}) =>
    resolveConfig({ method: "arco", protocol, ...given });
  for (const protocol of ["lab", "paper", "released"] as const) {
    const { options, pretraining } = of(protocol);
    assert.deepEqual(options, defaultsOf(methods.arco, protocol));
    assert.deepEqual(pretraining?.options, defaultsOf(methods.relational, protocol));
  }
  const read = (config: ReturnType<typeof of>) => {
    const { options, pretraining, optimizer, draw, checkpoint } = config;
    const { contrast, representation, sampler } = options;
    assert.ok(isRecord(contrast));
    const first = [pretraining?.options.mined, pretraining?.options.klDirection];
    const second = [representation, sampler, contrast.similarity, contrast.reduction];
    return [...first, ...second, optimizer.schedule, optimizer.nesterov, draw, checkpoint];
  };
  // methods.md, section 11
  assert.deepEqual(read(of("paper")), [
    ...["fresh", "studentTeacher", 512, "sg", "dot", "sum", "step", false, "passes", "bestVal"],
  ]);
  assert.deepEqual(read(of("released")), [
    ...["queue", "teacherStudent", 496, "sgReleased", "cosine", "mean", "poly", true, "replacement", "last"],
  ]);
  assert.deepEqual(read(of("paper", { options: { sampler: "sag", contrast: { reduction: "mean" } } })).slice(2, 6), [
    ...[512, "sag", "dot", "mean"],
  ]);
  assert.equal(of("paper", { pretraining: { options: { mined: "queue" } } }).pretraining?.options.mined, "queue");
});

test("a wrong word for an option, or a wrong pre-training, is an error that names what there is", () => {
  const arco = (given: object) => complaint({ method: "arco", ...given });
  for (const [message, expected] of [
    [arco({ options: { sampler: "sagg" } }), 'options.sampler: found "sagg", expected one of ns, sg, sag, sgReleased'],
    [arco({ options: { sampler: "sagg" } }), 'did you mean "sag"?'],
    [arco({ options: { contrast: { draw: "pol" } } }), 'options.contrast.draw: found "pol", expected one of shared'],
    [arco({ options: { sampler: 1 } }), "options.sampler: found 1, expected a word"],
    [complaint({ method: "meanTeacher", options: { sampler: "sg" } }), '"sampler" is an option of reco, arco'],
    [arco({ pretraining: { stps: 3 } }), 'unknown key "pretraining.stps"; did you mean "pretraining.steps"?'],
    [arco({ pretraining: { batch: { labelled: 1 } } }), 'did you mean "pretraining.batch.labeled"?'],
    [arco({ pretraining: { optimizer: { rates: 1 } } }), 'did you mean "pretraining.optimizer.rate"?'],
    [arco({ pretraining: { options: { taus: 1 } } }), 'did you mean "pretraining.options.tauS"?'],
    [arco({ pretraining: { options: { mined: "fesh" } } }), 'pretraining.options.mined: found "fesh", expected one of'],
    [arco({ pretraining: { steps: 0 } }), "pretraining.steps: found 0, expected a number from 1"],
    [arco({ pretraining: { method: "dino" } }), 'pretraining.method: found "dino", expected one of'],
    [arco({ pretraining: { method: "supervised" } }), 'found "supervised" before arco, expected a pre-training'],
    [complaint({ pretraining: { method: "relational" } }), 'found "relational" before supervised, expected none'],
  ])
    assert.ok(message.includes(expected), message);
});

test("the hash depends on every value and on nothing else", () => {
  const config = resolveConfig();
  const shuffled = Object.fromEntries(Object.entries(config).reverse());
  assert.equal(configHash(resolveConfig(shuffled)), configHash(config));
  const others: PartialConfig[] = [
    { seed: 1 },
    { steps: 299 },
    { optimizer: { nesterov: true } },
    { options: { scale: 1 } },
    { validateEvery: 7 },
    { checkpoint: "bestVal" },
    { labeledSeed: 1 },
  ];
  const hashes = new Set([config, ...others.map((other) => resolveConfig(other))].map(configHash));
  assert.equal(hashes.size, 1 + others.length);
});

test("canonical JSON reads back as the value it was made of, whatever the order of keys", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const again: unknown = JSON.parse(canonical(value));
      assert.deepEqual(again, JSON.parse(JSON.stringify(value)));
      assert.equal(canonical(again), canonical(value));
    }),
  );
});
