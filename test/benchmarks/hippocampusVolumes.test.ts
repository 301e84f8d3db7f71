import assert from "node:assert/strict";
import { test } from "node:test";
import { hippocampus } from "../../lib/benchmarks/hippocampus.js";
import { hippocampusVolumes } from "../../lib/benchmarks/hippocampusVolumes.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { temporary } from "../temporary.js";
import { isProblem, readAll } from "./reading.js";

process.env.ARCO_CACHE = temporary("arco-hippocampus-cache-");

test("as volumes the sample has the same scans in the same parts, whole, and a patch holds any of them", async () => {
  const [volumes, slices] = await Promise.all(
    [3, 3].map((labeled, at) => [hippocampusVolumes, hippocampus][at].open({ labeled })),
  );
  const casesOf = (ids: readonly string[]) => [...new Set(ids.map((id) => id.split("_slice_")[0]))];
  assert.deepEqual(
    [volumes.labeled.ids, volumes.unlabeled.ids, volumes.validation.ids, volumes.test.ids],
    [casesOf(slices.labeled.ids), casesOf(slices.unlabeled.ids), slices.validation.ids, slices.test.ids],
  );
  assert.deepEqual(volumes.benchmark.imageSize, [48, 64, 48]);
  for (const { shape, label } of [...(await readAll(volumes.labeled)), ...(await readAll(volumes.unlabeled))])
    assert.ok(
      shape.every((side, axis) => side <= volumes.benchmark.imageSize[axis]),
      `${shape}, ${label?.length}`,
    );
});

test("a scan lies before the network as [x, y, z], its label beside it, and a map of it comes back as it was", async () => {
  const { labeled, validation, toNetwork, fromNetwork } = await hippocampusVolumes.open({ labeled: 1 });
  const [{ image, label, shape }] = await readAll(labeled);
  assert.deepEqual(new Set(label), new Set([0, 1, 2]));
  assert.ok(Math.abs(image.reduce((sum, value) => sum + value, 0) / image.length) < 1e-4, "standardised");
  assert.equal(image.length, shape[0] * shape[1] * shape[2]);
  for (const i of validation.ids.keys()) {
    const found = await validation.read(i);
    const [nz, ny, nx] = found.image.shape;
    const { slices, shape: seen } = toNetwork(found.image);
    assert.deepEqual([slices.length, slices[0].length, seen], [1, nx * ny * nz, [nx, ny, nz]]);
    const map = Uint8Array.from({ length: nx * ny * nz }, (_, at) => {
      const [x, y, z] = [Math.floor(at / nz / ny), Math.floor(at / nz) % ny, at % nz];
      return found.label.data[(z * ny + y) * nx + x];
    });
    assert.deepEqual(fromNetwork([map], found.image).data, found.label.data);
  }
});

test("a network of volumes sees the sample's volumes, whole in the preset mini; of other slices it is a Problem", () => {
  const config = resolveConfig({ benchmark: "hippocampus", network: "vnet", labeled: 3 });
  assert.deepEqual(config, resolveConfig({ benchmark: "hippocampus-volumes", labeled: 3 }));
  assert.deepEqual(
    [config.benchmark, config.network, config.data, config.augmentation.flip],
    [
      "hippocampus-volumes",
      "vnet",
      { patch: "48x64x48", stride: "48x64x48", weighting: "uniform", normalisation: "scan" },
      false,
    ],
  );
  assert.equal(resolveConfig({ preset: "smoke", network: "vnet" }).data.patch, "32x32x16");
  assert.equal(resolveConfig({ network: "unet" }).benchmark, "hippocampus");
  assert.throws(
    () => resolveConfig({ benchmark: "acdc", network: "vnet" }),
    isProblem(/network: found "vnet", which sees volumes, expected "unet" or .* for images/),
  );
});

test("wrong options are Problems that say what to do", async () => {
  const open = (options: Record<string, string>) => hippocampusVolumes.open({ labeled: 1, options });
  await assert.rejects(open({ patch: "40x64x48" }), isProblem(/option patch: found "40x64x48".*multiples of 16/));
  await assert.rejects(open({ patches: "48x64x48" }), isProblem(/found option "patches".*did you mean "patch"/));
});
