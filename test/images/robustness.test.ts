import assert from "node:assert/strict";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { test } from "node:test";
import { h5Datasets } from "../../lib/images/hdf5/index.js";
import { Problem } from "../../lib/problem.js";
import { anyFormat, readers } from "./broken/anyFormat.js";
import { changed, folder, place, writeWhole } from "./broken/files.js";
import { h5 } from "./broken/hdf5.js";
import { masks } from "./broken/masks.js";
import { nifti } from "./broken/nifti.js";
import { nrrd } from "./broken/nrrd.js";
import { pairs } from "./broken/pairs.js";
import { pictures } from "./broken/pictures.js";

const most = 64 * 2 ** 10; // kB of memory for reading a broken file; the bombs hold or claim 2 GiB and more

await h5Datasets(await changed("first.h5")); // loads HDF5, which needs memory of its own
const cases = [...anyFormat, ...nifti, ...h5, ...pictures, ...masks, ...nrrd, ...pairs];
const paths: string[] = [];
for (const [, , file] of cases) paths.push(await file()); // all before the first is read: making a bomb takes memory too
for (const [i, [what, read, , message]] of cases.entries())
  test(`${what} (${basename(paths[i])}): one clear error, and no memory is taken`, async () => {
    const before = process.resourceUsage().maxRSS;
    const reading = async () => read(paths[i]);
    await assert.rejects(reading, new Problem(`${paths[i]}: ${filled(message, paths[i])}`));
    assert.ok(process.resourceUsage().maxRSS - before < most);
  });

/** A message with what depends on the file: its folder, its size and, for NRRD, the size of what is behind the header. */
function filled(message: string, path: string): string {
  if (!message.includes("{")) return message;
  const { size } = statSync(path);
  const data = () => size - readFileSync(path).indexOf("\n\n") - 2;
  return message
    .replaceAll("{folder}", folder)
    .replace("{size}", String(size))
    .replace("{size+100}", String(size + 100))
    .replace("{data}", () => String(data()));
}

for (const [name, [read, expected]] of Object.entries(readers)) {
  test(`${name} without permission: one clear error`, {
    skip: process.getuid?.() === 0 && "root may read everything",
  }, async () => {
    const path = await changed(`secret ${name}`);
    chmodSync(path, 0);
    await assert.rejects(
      async () => read(path),
      new Problem(`${path}: cannot be read (EACCES), expected ${expected}; check its permissions and the disk`),
    );
  });

  test(`${name} under a name with spaces and umlauts is written and read, and named in messages`, async () => {
    const path = place(`Jürgen Groß, 2. Aufnahme (später) ${name}`);
    await writeWhole(path);
    await read(path);
    writeFileSync(path, Buffer.alloc(0));
    await assert.rejects(
      async () => read(path),
      new Problem(`${path}: empty file, expected ${expected}; get it again`),
    );
  });
}
