import assert from "node:assert/strict";
import { test } from "node:test";
import { methods } from "../../../lib/methods/index.js";
import { type PartialConfig, resolveConfig } from "../../../lib/training/config/config.js";
import { checkMixing, mixingIn } from "../../../lib/training/config/mixing.js";

const fails = (given: PartialConfig, message: string) =>
  assert.throws(
    () => resolveConfig(given),
    (error: Error) => error.name === "Problem" && error.message.includes(message),
    JSON.stringify(given),
  );
const one = { batch: { unlabeled: 1 } };

test("one image a step is not mixed with others: with a mixing that takes two it is an error", () => {
  fails(
    { method: "arco", ...one },
    'config: batch.unlabeled: found 1, expected at least 2 for options.strong.mixing "cutmix", which mixes them with one another; or set options.strong.mixing to none',
  );
  fails({ method: "arco", network: "vnet", ...one }, "batch.unlabeled: found 1");
  fails({ method: "arco", ...one, options: { strong: { mixing: "classmix" } } }, 'options.strong.mixing "classmix"');
  fails({ method: "action", ...one }, 'options.strong.mixing "classmix"');
  fails({ method: "reco", ...one }, 'options.mixing "classmix"');
  for (const mixing of ["none", "cutout"]) {
    assert.equal(resolveConfig({ method: "arco", ...one, options: { strong: { mixing } } }).batch.unlabeled, 1);
    assert.equal(resolveConfig({ method: "reco", ...one, options: { mixing } }).batch.unlabeled, 1);
  }
});

test("so it is of one labelled image, where labelled ones are mixed", () => {
  const batch = { labeled: 1 };
  fails(
    { method: "supervised", batch, options: { mixing: "cutmix" } },
    'batch.labeled: found 1, expected at least 2 for options.mixing "cutmix"',
  );
  fails({ method: "arco", batch, options: { labeled: "strong" } }, "batch.labeled: found 1");
  fails({ method: "reco", batch: { labeled: 1, unlabeled: 0 } }, "batch.labeled: found 1"); // which take the others' place
  for (const method of ["supervised", "arco", "reco"]) assert.equal(resolveConfig({ method, batch }).batch.labeled, 1);
});

test("a fault of a pre-training is named there", () => {
  const found = { options: { mixing: "cutmix" }, batch: { labeled: 0, unlabeled: 1 } };
  assert.throws(() => checkMixing(found, "config", ["pretraining"]), {
    name: "Problem",
    message: /^config: pretraining\.batch\.unlabeled: found 1, .* for pretraining\.options\.mixing "cutmix"/,
  });
});

test("no method mixes one image alone under any preset and protocol, of slices, volumes and photographs", () => {
  const mixing = Object.values(methods).filter(({ options }) => mixingIn(options.parse({})));
  assert.ok(mixing.length >= 4);
  for (const { name, dimensions } of mixing)
    for (const preset of ["smoke", "mini", "full"] as const)
      for (const protocol of ["lab", "paper", "released"] as const)
        for (const benchmark of ["hippocampus", "acdc", "la", "hippocampus-volumes", "mpMri", "cityscapes", "pascal"]) {
          const is3D = ["la", "hippocampus-volumes", "mpMri"].includes(benchmark);
          if (!dimensions.includes(is3D ? 3 : 2)) continue;
          resolveConfig({ method: name, preset, protocol, benchmark });
        }
});
