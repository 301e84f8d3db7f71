import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { h5Datasets, readH5, writeH5 } from "../../lib/images/hdf5/index.js";
import { classMap } from "../../lib/images/labels.js";
import { Problem } from "../../lib/problem.js";

const folder = mkdtempSync(join(tmpdir(), "arco-hdf5-"));
after(() => rmSync(folder, { recursive: true }));
const place = (name: string) => join(folder, name);

// h5py 3 with libver="latest", gzipped: h["big"] = np.arange(6, dtype=">f4").reshape(2, 3) / 4; h["group/wide"] = np.arange(-2, 2)
// h.create_dataset("packed", data=np.arange(12, dtype="u1").reshape(3, 4), chunks=(2, 3), compression="gzip", shuffle=True).attrs["scale_factor"] = 0.5
const zipped =
  "H4sIAAAAAAACA+v0cHHj5ZLiYubgYICB/1AQygrhG0DFf7Wcuurv4RLExFDBJISsEAa4mBgYGRjY+BiAFHNSZvpmqEY2AZAIa3pRfmkBMzNUTBAkxlaQmJydmjINKsggy4AfbP/fLAx2AiMDI6MKAwMTEyMjE1QOZgY6n1mEgVFQQZ6BBcxTYBDnYBCvB7JYga5l5uIA+oSZcT8jRK0EzKIFDIMelHhwV0JYDXZAwp6BwQGIG4B4gT08jESA4cHIyMgC1QOjmXkYGAWAMQ6JdAeUsHgMDUAFmEU7GIYs+FFhJvYPLZXC5KBRzgAOK4U9+1mykTH+JM4P0s5SnpmSeh1mjCuVnLxr+/cg9CTOjB592KIT7iUOSHRyc4sxMDIxgRzMCJaB0CA9oIgGqmFmZGIGRvsiqDGiQiBJdB/zmIHs42UQAUkWJyfmpManJSaX5BcxCCrYwxOQCTeDyX9mROZjYHhgz2BHaVhwtwnYujl6uDAwinDB/HoGyvitvqG2Ii45ISUpMRVosT6DsJujixMDI8w3+6A0H5J5eqyYYjZYxLygYtxIYrO6ubcD7UtLSEhPAHJ1Gbgr4h4/eJKUAOJ1M8gAeWmgYPZg4AEAa2ajSFUFAAA=";
writeFileSync(place("h5py.h5"), gunzipSync(Buffer.from(zipped, "base64")));

test("a file of h5py is read: any byte order, chunks, compression, groups, attributes", async () => {
  assert.deepEqual(await h5Datasets(place("h5py.h5")), [
    { name: "big", shape: [2, 3], dtype: "float32" },
    { name: "group/wide", shape: [4], dtype: "int64" },
    { name: "packed", shape: [3, 4], dtype: "uint8" },
  ]);
  assert.deepEqual((await readH5(place("h5py.h5"), "big")).data, Float32Array.of(0, 0.25, 0.5, 0.75, 1, 1.25));
  assert.deepEqual((await readH5(place("h5py.h5"), "group/wide")).data, Float64Array.of(-2, -1, 0, 1));
  const packed = await readH5(place("h5py.h5"), "packed", { dimensions: 2 });
  assert.deepEqual(packed, {
    name: "packed",
    shape: [3, 4],
    dtype: "uint8",
    data: Uint8Array.from({ length: 12 }, (_, i) => i),
    attributes: { scale_factor: 0.5 },
  });
});

test("what is written is read again, compressed or not", async () => {
  const image = { data: Float32Array.from({ length: 60 }, (_, i) => Math.sin(i)), shape: [3, 4, 5] };
  const label = { data: Uint8Array.from({ length: 60 }, (_, i) => i % 4), shape: [3, 4, 5] };
  for (const compressed of [false, true]) {
    await writeH5(place("written.h5"), { image, label }, { compressed });
    for (const [name, { data, shape }] of Object.entries({ image, label })) {
      const found = await readH5(place("written.h5"), name, { dimensions: 3 });
      assert.deepEqual([found.data, found.shape], [data, shape]);
    }
  }
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith(".tmp")),
    [],
  );
});

test("what gzip makes a thousand times smaller is read again", async () => {
  const label = { data: new Uint8Array(2 ** 26), shape: [2 ** 26] };
  label.data[2 ** 26 - 1] = 7;
  await writeH5(place("zeros.h5"), { label }, { compressed: true });
  assert.ok(statSync(place("zeros.h5")).size < 2 ** 17);
  assert.ok(Buffer.from((await readH5(place("zeros.h5"), "label")).data.buffer).equals(label.data));
});

async function broken(name: string, change: (bytes: Buffer) => Buffer): Promise<string> {
  await writeH5(
    place("whole.h5"),
    { image: { data: new Float32Array(4000).map((_, i) => Math.sin(i)), shape: [4000] } },
    { compressed: true },
  );
  writeFileSync(place(name), change(readFileSync(place("whole.h5"))));
  return place(name);
}

const cases: [what: string, file: () => Promise<string> | string, message: RegExp | string][] = [
  ["a missing file", () => place("missing.h5"), "not found, expected an HDF5 file; check the name"],
  ["a folder", () => mkdtempSync(place("folder")), "found a folder, expected an HDF5 file; name the file"],
  ["an empty file", () => broken("empty.h5", () => Buffer.alloc(0)), "empty file, expected an HDF5 file; get it again"],
  [
    "another format",
    () => broken("text.h5", () => Buffer.from("no HDF5")),
    "no signature of HDF5, expected an HDF5 file; this is another format, or the file is damaged",
  ],
  [
    "a truncated file",
    () => broken("short.h5", (bytes) => bytes.subarray(0, bytes.length - 500)),
    /^damaged or truncated: HDF5 says "truncated file: eof = \d+,.*"; get it again$/,
  ],
  [
    "damaged numbers",
    () => broken("damaged.h5", (bytes) => bytes.fill(0xff, bytes.length - 3000, bytes.length - 2900)),
    'damaged or truncated: HDF5 says "filter returned failure during read"; get it again',
  ],
];

for (const [what, file, message] of cases)
  test(`${what}: one clear error`, async () => {
    const path = await file();
    await assert.rejects(readH5(path, "image"), (error) => {
      assert.ok(error instanceof Problem && error.message.startsWith(`${path}: `), String(error));
      const rest = error.message.slice(path.length + 2);
      assert.ok(typeof message === "string" ? rest === message : message.test(rest), rest);
      return true;
    });
  });

test("a filter that only a plugin has is named, with how to save the file instead", async () => {
  const path = join(import.meta.dirname, "../fixtures/cases/hdf5/lzf-long.h5");
  assert.deepEqual(
    (await h5Datasets(path)).map(({ name }) => name),
    ["image", "label"],
  );
  for (const name of ["image", "label"])
    await assert.rejects(
      readH5(path, name),
      new Problem(
        `${path}: dataset "${name}" is packed with the filter lzf (number 32000), expected gzip or none; save it anew with gzip (in h5py: compression="gzip")`,
      ),
    );
});

test("Booleans are 0 and 1, half floats are numbers", async () => {
  const path = join(import.meta.dirname, "../fixtures/cases/hdf5/bool-label.h5");
  const image = await readH5(path, "image", { dimensions: 2 });
  assert.deepEqual([image.dtype, image.shape], ["float16", [4, 6]]);
  assert.deepEqual([...image.data], [...Array(24).keys()]);
  const label = await readH5(path, "label", { dimensions: 2 });
  assert.deepEqual([label.dtype, ...new Set(label.data)], ["bool", 0, 1]);
  assert.deepEqual(
    [...classMap(label.data, [0, 1], path)],
    [...Array(24).keys()].map((i) => Number(i > 10)),
  );
});

test("half floats are what IEEE 754 says they are", async () => {
  // numpy: np.array([...], "<f2").view("<u2")
  const halves: [number, number][] = [
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x83ff, -1023 * 2 ** -24],
    [0x8000, -0],
  ];
  const path = join(import.meta.dirname, "../fixtures/cases/hdf5/bool-label.h5");
  const bytes = readFileSync(path);
  const one = Buffer.from(Uint16Array.of(0x3c00, 0x4000, 0x4200).buffer); // 1, 2, 3 as they lie in the file
  const at = bytes.indexOf(one);
  for (const [bits, value] of halves) {
    bytes.writeUInt16LE(bits, at);
    writeFileSync(place("half.h5"), bytes);
    assert.equal((await readH5(place("half.h5"), "image")).data[1], value);
  }
  bytes.writeUInt16LE(0x7c00, at);
  writeFileSync(place("half.h5"), bytes);
  await assert.rejects(readH5(place("half.h5"), "image"), /dataset "image" is Infinity at \[0, 1\]/);
});

test("a missing dataset: the error names those that are there", async () => {
  await assert.rejects(
    readH5(place("h5py.h5"), "image"),
    new Problem(
      `${place("h5py.h5")}: no dataset "image", found "big", "group/wide", "packed"; is it another kind of file?`,
    ),
  );
});

test("another number of dimensions, or a value that is not finite: one clear error", async () => {
  await assert.rejects(
    readH5(place("h5py.h5"), "big", { dimensions: 3 }),
    new Problem(`${place("h5py.h5")}: dataset "big" is 2×3, expected 3 dimensions; is it another kind of file?`),
  );
  await writeH5(place("nan.h5"), { image: { data: Float32Array.of(1, 2, 3, Number.NaN, 5, 6), shape: [3, 2] } });
  await assert.rejects(
    readH5(place("nan.h5"), "image"),
    new Problem(
      `${place("nan.h5")}: dataset "image" is NaN at [1, 1], expected finite numbers; replace it and save it again`,
    ),
  );
});

test("a file that cannot be written: one clear error", async () => {
  const path = join(folder, "no", "file.h5");
  await assert.rejects(
    writeH5(path, { label: { data: Uint8Array.of(1), shape: [1] } }),
    (error) => error instanceof Problem && error.message.startsWith(`${path}: cannot be written (`),
  );
});
