import { Problem } from "../problem.js";
import type { Values } from "./values.js";
import type { Volume } from "./volume.js";
import { geometryOf, type Header, intensities, placeOf, stored, voxelsIn } from "./voxels.js";

const tolerance = 1e-3; // what floats and scales leave of whole numbers, such as 1.0000153

/** The whole number that a stored label stands for, within a thousandth; any other value as it is. */
export function wholeOf(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) <= tolerance ? whole : value;
}

/** The label map that header and bytes make up. A value that is not allowed throws a Problem that says which, how often and where. */
export function labelOf(
  bytes: Uint8Array,
  header: Header,
  allowed: readonly number[],
  path: string,
): Volume<Uint8Array> {
  const values = wholeValues(bytes, header, path);
  const isAllowed = new Uint8Array(256);
  for (const value of allowed) isAllowed[value] = 1;
  for (let i = 0; i < values.length; i++)
    if (isAllowed[values[i]] !== 1) throw unknownLabels(values, header, path, allowed); // a fraction or a negative number is no index
  return { data: values instanceof Uint8Array ? values : new Uint8Array(values), ...geometryOf(header), path };
}

/** The same with any whole numbers. Another value throws a Problem. */
export function anyLabelOf(bytes: Uint8Array, header: Header, path: string): Volume<Float32Array | Uint8Array> {
  const values = wholeValues(bytes, header, path);
  if (!values.every(Number.isInteger)) throw unknownLabels(values, header, path);
  return { data: values, ...geometryOf(header), path };
}

/** Labels of a file that says nothing of where they lie, as classes. A value that is not allowed throws a Problem. */
export function classMap(values: Values | Uint32Array, allowed: readonly number[], path: string): Uint8Array {
  return Uint8Array.from(values, (value) => {
    const whole = wholeOf(value);
    if (allowed.includes(whole)) return whole;
    throw new Problem(`${path}: found label ${value}, expected only ${allowed.join(", ")}; get the file again`);
  });
}

function wholeValues(bytes: Uint8Array, header: Header, path: string): Float32Array | Uint8Array {
  const found = stored(bytes, header);
  if (found instanceof Uint8Array && header.slope === 1 && header.intercept === 0) return found;
  const values = intensities(found, header, path);
  for (let i = 0; i < values.length; i++) values[i] = wholeOf(values[i]);
  return values;
}

const listed = 5;

function unknownLabels(
  data: Float32Array | Uint8Array,
  header: Header,
  path: string,
  allowed?: readonly number[],
): Problem {
  const isKnown = allowed ? (value: number) => allowed.includes(value) : Number.isInteger;
  const found = new Map<number, { count: number; first: number }>();
  let others = 0;
  for (let i = 0; i < data.length; i++) {
    if (isKnown(data[i])) continue;
    const known = found.get(data[i]);
    if (known) known.count++;
    else if (found.size < listed) found.set(data[i], { count: 1, first: i });
    else others++;
  }
  const values = [...found].map(
    ([value, { count, first }]) => `${value} (${voxelsIn(count)}, the first at ${placeOf(first, header)})`,
  );
  if (others > 0) values.push(`others (${voxelsIn(others)})`);
  const isWhole = [...found.keys()].every(Number.isInteger);
  const advice = isWhole
    ? "correct the file or the list of classes"
    : `is it a map of classes? save it as whole numbers${header.scale ? `, without a scale (found ${header.scale})` : ""}`;
  const expected = allowed ? `only ${allowed.join(", ")}` : "whole numbers";
  return new Problem(`${path}: found label ${values.join(", ")}, expected ${expected}; ${advice}`);
}
