import { setUp } from "./steps.mjs";

/**
 * The set-up with a line before and after; says so if there was nothing to do.
 * @param {string[]} [parts]
 */
export async function setUpAloud(parts) {
  const started = performance.now();
  const { steps } = await setUp(parts);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(steps.length === 0 ? "Set-up: everything is in place." : `Set-up: done in ${seconds} s.`);
}
