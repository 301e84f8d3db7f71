import type { Example, Opened, Pool } from "../../lib/benchmarks/benchmark.js";
import { reorient } from "../../lib/images/geometry/orientation.js";
import { Problem } from "../../lib/problem.js";

export const readAll = async (pool: Pool): Promise<Example[]> => Promise.all(pool.ids.map((_, i) => pool.read(i)));

export const isProblem = (pattern: RegExp) => (error: unknown) =>
  error instanceof Problem && pattern.test(error.message);

/** All training examples, the first test case as the network sees it, and its classes in LPS. */
export async function readWhole(data: Opened) {
  const training = { labeled: await readAll(data.labeled), unlabeled: await readAll(data.unlabeled) };
  data.openTest();
  const { image, label } = await data.test.read(0);
  const { slices } = data.toNetwork(image);
  const classes = reorient(label, "LPS").data;
  return { ...training, slices, classes };
}
