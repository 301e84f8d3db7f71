import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporary } from "../../temporary.js";

/** The checkout, and its folder of small inputs that once failed. */
export const root = join(import.meta.dirname, "../../..");
export const cases = join(root, "test/fixtures/cases");

/** A scan that is little more than its header. */
export const header = (name: string) => join(cases, "headers", `${name}.nii`);

const folder = temporary("arco-placement-");

/** Where a test may write. */
export const place = (name: string) => join(folder, name);

/** A case with some of its bytes changed. */
export function changed(name: string, out: string, change: (bytes: Buffer) => void): string {
  const bytes = readFileSync(header(name));
  change(bytes);
  writeFileSync(place(out), bytes);
  return place(out);
}
