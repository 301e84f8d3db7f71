import type { Entry } from "../../lib/engine/safetensors.js";
import { deepLab } from "../../lib/networks/deeplab/deeplab.js";
import { registerNetwork } from "../../lib/networks/index.js";
import { resnetEncoder, resnetNames } from "../../lib/networks/resnet.js";
import { fixtures } from "../fixtures.js";
import { noise } from "./noise.js";

/** What PyTorch gives, see fixtures/own/recoCheckpoint.py. */
interface Printed {
  state: Record<string, number[]>;
  shape: [number, number, number];
  logits: number[];
  representation: number[];
}

/** The script's output. */
export const [{ data: printed }] = fixtures<Printed>("recoCheckpoint");

/** The script's network, known to this process alone. */
export const narrowDeepLab = registerNetwork({
  name: "narrowDeepLab",
  dimensions: 2,
  make: ({ channels, classes }) =>
    deepLab("narrowDeepLab", resnetEncoder({ channels, block: "bottleneck", counts: [1, 1, 1, 2], width: 2 }), {
      classes,
      width: 4,
      lowWidth: 3,
      rates: [2, 4, 6],
    }),
  namings: resnetNames,
});

/** The script's checkpoint, or one of another number of classes. */
export function checkpoint(classes = 3): Record<string, Entry> {
  const state = Object.fromEntries(
    Object.entries(printed.state).map(([name, shape]) => [
      name,
      name.startsWith("classifier.3.") ? [classes, ...shape.slice(1)] : shape,
    ]),
  );
  const arrays = Object.entries(state).filter(([, shape]) => shape.length > 0);
  const values = new Map(
    arrays
      .map(([name]) => name)
      .sort()
      .map((name, k) => [name, valuesOf(name, state[name], k)]),
  );
  return Object.fromEntries(
    Object.entries(state).map(([name, shape]) => [name, { shape, values: values.get(name) ?? new Int32Array(1) }]),
  );
}

function valuesOf(name: string, shape: readonly number[], k: number): Float32Array {
  const fan = shape.slice(1).reduce((a, b) => a * b, 1);
  const isShift = /running_mean$|bias$/.test(name);
  return noise(shape, k).map((value) =>
    shape.length === 4 ? value * Math.sqrt(6 / fan) : isShift ? 0.1 * value : 1 + 0.3 * value,
  );
}
