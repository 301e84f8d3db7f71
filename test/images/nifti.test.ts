import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { readNifti, readNiftiLabel, readNiftiSeries, writeNifti } from "../../lib/images/nifti/index.js";
import type { Volume } from "../../lib/images/volume.js";
import type { Dtype } from "../../lib/images/voxels.js";
import { Problem } from "../../lib/problem.js";

const folder = mkdtempSync(join(tmpdir(), "arco-nifti-"));
after(() => rmSync(folder, { recursive: true }));
const place = (name: string) => join(folder, name);

/** 4×3×2 voxels (z, y, x) with the values 0, 1, 2, … */
const affine = [
  [0, -2, 0, 5],
  [1.5, 0, 0, -3],
  [0, 0, -4, 7],
  [0, 0, 0, 1],
];
const counting: Volume = {
  data: Float32Array.from({ length: 24 }, (_, i) => i),
  shape: [4, 3, 2],
  spacingMm: [4, 2, 1.5],
  affine,
  path: "",
};

type Change = (bytes: Buffer) => Buffer;

/** A file of that volume with some of its bytes changed. */
function changed(name: string, ...changes: Change[]): string {
  writeNifti(place("whole.nii"), counting);
  const bytes = changes.reduce<Buffer>((before, change) => change(before), readFileSync(place("whole.nii")));
  writeFileSync(place(name), name.endsWith(".gz") ? gzipSync(bytes) : bytes);
  return place(name);
}

/** Changes of one number in the header: a byte, a 16-bit whole number, a float. */
const byte = (at: number, value: number): Change => edited((bytes) => bytes.writeUInt8(value, at));
const short = (at: number, value: number): Change => edited((bytes) => bytes.writeInt16LE(value, at));
const float = (at: number, value: number): Change => edited((bytes) => bytes.writeFloatLE(value, at));
const text = (at: number, value: string): Change => edited((bytes) => bytes.write(value, at));

function edited(write: (bytes: Buffer) => number): Change {
  return (bytes) => {
    write(bytes);
    return bytes;
  };
}

test("the header is written byte for byte as nibabel writes it", () => {
  // nibabel 5.4.2: affine = np.array([[0, -2, 0, 5], [1.5, 0, 0, -3], [0, 0, -4, 7], [0, 0, 0, 1.0]])
  // image = nib.Nifti1Image(np.arange(24, dtype="<f4").reshape(2, 3, 4), affine)
  // image.set_sform(affine, 1); image.set_qform(affine, 1); image.header.set_xyzt_units("mm")
  // image.header["vox_offset"] = 352; image.header["scl_slope"] = 1; image.header["scl_inter"] = 0; image.header.binaryblock.hex()
  const fields = `5c010000${"0".repeat(72)}030002000300040001000100010001000000000000000000000000000000100020000000000080bf0000c03f0000004000008040`;
  const scale = "0000803f0000803f0000803f0000803f0000b0430000803f0000000000000002";
  const transforms =
    "010001000000000000000000f304353f0000a040000040c00000e04000000000000000c0000000000000a0400000c03f0000000000000000000040c00000000000000000000080c00000e040";
  writeNifti(place("golden.nii"), counting);
  assert.equal(
    readFileSync(place("golden.nii")).subarray(0, 348).toString("hex"),
    `${fields}${scale}${"0".repeat(256)}${transforms}${"0".repeat(32)}6e2b3100`,
  );
});

test("a big-endian, scaled file with only a qform is read as nibabel reads it", () => {
  // nibabel 5.4.2: header = nib.Nifti1Header(endianness=">"); header.set_data_dtype(">i2"); header.set_data_shape((2, 3, 1))
  // A = np.eye(4); A[:3, :3] = nib.quaternions.quat2mat([0.5, 0.5, 0.1, 0.7]) @ np.diag([-0.5, 0.75, 3]); A[:3, 3] = [10, -20, 30]
  // header.set_zooms((0.5, 0.75, 3)); header.set_qform(A, 1); header["vox_offset"] = 352; header["scl_slope"] = 2.5; header["scl_inter"] = -7
  // header.binaryblock + bytes(4) + np.array([0, 1, -2, 300, 400, -500], ">i2").tobytes(), gzipped
  const zipped =
    "H4sIAAAAAAACA2NgYIxhIAYwMzABMSMcogIWBgEGhv0NDAz2QI69AwODAxDbN6Bi5w1AcQUGhgMPGAYHAPrC3tjYeD+QCcKOQLcdXACkP1BudJ62IdyW//8YdRgn/OMBAMv1autsAQAA";
  writeFileSync(place("qform.nii.gz"), Buffer.from(zipped, "base64"));
  const { data, shape, spacingMm, affine: found } = readNifti(place("qform.nii.gz"));
  assert.deepEqual([...data], [-7, -4.5, -12, 743, 993, -1257]);
  assert.deepEqual(shape, [1, 3, 2]);
  for (const [i, step] of [3, 0.75, 0.5].entries()) assert.ok(Math.abs(spacingMm[i] - step) < 1e-12);
  const expected = [
    [0, -0.45, 2.4, 10],
    [-0.4, -0.36, -1.08, -20],
    [-0.3, 0.48, 1.44, 30],
    [0, 0, 0, 1],
  ];
  for (const [i, row] of expected.entries())
    for (const [j, value] of row.entries()) assert.ok(Math.abs(found[i][j] - value) < 1e-6);
});

const numbers = (low: number, high: number, count: number) =>
  fc.array(fc.double({ min: low, max: high, noNaN: true }), { minLength: count, maxLength: count });
const ranges: Record<Dtype, readonly [number, number]> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
  uint32: [0, 2 ** 24],
  int32: [-(2 ** 24), 2 ** 24],
  float32: [-1e30, 1e30],
  float64: [-1e30, 1e30],
};

test("what is written is read again, for every dtype, shape and affine, compressed or not", () => {
  const anything = fc.record({
    dtype: fc.constantFrom<Dtype>("uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"),
    shape: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    rows: numbers(-100, 100, 12).filter(
      ([a, b, c, , d, e, f, , g, h, i]) =>
        Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)) > 1,
    ),
    values: numbers(0, 1, 125),
    name: fc.constantFrom("round.nii", "round.nii.gz"),
  });
  fc.assert(
    fc.property(anything, ({ dtype, shape, rows, values, name }) => {
      const [low, high] = ranges[dtype];
      const round = dtype.startsWith("float") ? Math.fround : Math.round;
      const data = Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) =>
        round(low + values[i] * (high - low)),
      );
      const matrix = [0, 4, 8].map((at) => rows.slice(at, at + 4).map(Math.fround)).concat([[0, 0, 0, 1]]);
      const step = (axis: number) => Math.hypot(matrix[0][axis], matrix[1][axis], matrix[2][axis]);
      const volume: Volume = { data, shape, spacingMm: [step(2), step(1), step(0)], affine: matrix, path: place(name) };
      writeNifti(place(name), volume, { dtype });
      assert.deepEqual(readNifti(place(name)), volume);
    }),
  );
});

test("a rotated grid has a qform that says the same as its sform", () => {
  const turn = [
    [0.36, 0.48, -0.8],
    [-0.8, 0.6, 0],
    [0.48, 0.64, 0.6],
  ]; // a rotation
  fc.assert(
    fc.property(
      numbers(0.1, 5, 3),
      fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(1, -1))),
      fc.constantFrom([0, 1, 2], [1, 0, 2], [2, 0, 1]),
      (steps, signs, order) => {
        const rows = turn.map((row, i) => [...order.map((axis, j) => row[axis] * steps[j] * signs[j]), 10 * i]);
        const path = place("turned.nii");
        writeNifti(path, { ...counting, spacingMm: [steps[2], steps[1], steps[0]], affine: [...rows, [0, 0, 0, 1]] });
        const bytes = readFileSync(path);
        const sform = readNifti(path).affine;
        assert.equal(bytes.readInt16LE(252), 1);
        bytes.writeInt16LE(0, 254); // without sform the qform counts
        writeFileSync(path, bytes);
        const qform = readNifti(path).affine;
        for (const [i, row] of sform.entries())
          for (const [j, value] of row.entries())
            assert.ok(Math.abs(qform[i][j] - value) < 1e-5, `${qform} is not ${sform}`);
      },
    ),
  );
});

test("a sheared grid is written without qform, which could not say it", () => {
  const sheared = [
    [1, 0.2, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ];
  writeNifti(place("sheared.nii"), { ...counting, spacingMm: [1, Math.hypot(0.2, 1), 1], affine: sheared });
  assert.equal(readFileSync(place("sheared.nii")).readInt16LE(252), 0);
  assert.ok(Math.abs(readNifti(place("sheared.nii")).affine[0][1] - 0.2) < 1e-7);
});

test("the sform is preferred to the qform, and that to spacing alone", () => {
  const offset = float(268, 99); // of the qform along x
  const read = (qform: number, sform: number) =>
    readNifti(changed("codes.nii", short(252, qform), short(254, sform), offset)).affine;
  assert.deepEqual(read(2, 1), affine);
  assert.equal(read(2, 0)[0][3], 99);
  assert.deepEqual(read(0, 0), [
    [1.5, 0, 0, 0],
    [0, 2, 0, 0],
    [0, 0, 4, 0],
    [0, 0, 0, 1],
  ]);
});

test("metres and micrometres become millimetres", () => {
  const spacing = (unit: number) => readNifti(changed("unit.nii", byte(123, unit))).spacingMm;
  assert.deepEqual(spacing(0), [4, 2, 1.5]);
  assert.deepEqual(spacing(1), [4000, 2000, 1500]);
  assert.deepEqual(spacing(3 + 8), [0.004, 0.002, 0.0015]); // with seconds as unit of time
});

test("values are scaled by slope and intercept; slope 0 means as stored", () => {
  const first = (slope: number, intercept: number) =>
    readNifti(changed("scaled.nii", float(112, slope), float(116, intercept))).data.slice(0, 3);
  assert.deepEqual([...first(2, -1)], [-1, 1, 3]);
  assert.deepEqual([...first(0, 5)], [0, 1, 2]);
  assert.deepEqual([...first(Number.NaN, 5)], [0, 1, 2]);
});

test("64-bit whole numbers are read", () => {
  const voxels = Buffer.alloc(24 * 8);
  for (let i = 0; i < 24; i++) voxels.writeBigInt64LE(BigInt(i - 12), 8 * i);
  const path = changed("int64.nii", short(70, 1024), (bytes) => Buffer.concat([bytes.subarray(0, 352), voxels]));
  assert.deepEqual(
    [...readNifti(path).data],
    Array.from({ length: 24 }, (_, i) => i - 12),
  );
});

test("a fourth axis of length one, or a missing third, is a volume all the same", () => {
  assert.deepEqual(readNifti(changed("fourth.nii", short(40, 4))).shape, [4, 3, 2]);
  const flat = changed("flat.nii", short(40, 2), (bytes) => bytes.subarray(0, 352 + 6 * 4));
  assert.deepEqual(readNifti(flat).shape, [1, 3, 2]);
});

test("a series in one file of four dimensions is the volumes it was made of, scaled and compressed or not; each is named", () => {
  const later = counting.data.map((value) => 100 + value);
  const second: Change = (bytes) => Buffer.concat([bytes, new Uint8Array(later.buffer)]);
  for (const name of ["series.nii", "series.nii.gz"]) {
    const path = changed(name, short(40, 4), short(48, 2), float(112, 2), float(116, -1), second);
    const { data: _, ...geometry } = { ...readNifti(changed("one.nii")), path };
    assert.deepEqual(readNiftiSeries(path, ["before", "after"]), [
      { ...geometry, data: counting.data.map((value) => 2 * value - 1), path: `${path} (before)` },
      { ...geometry, data: later.map((value) => 2 * value - 1), path: `${path} (after)` },
    ]);
  }
  assert.deepEqual(readNiftiSeries(changed("one.nii"), ["alone"])[0].data, counting.data);
  const path = changed("nan.nii", short(40, 4), short(48, 2), second, float(352 + 4 * (24 + 9), Number.NaN));
  assert.throws(
    () => readNiftiSeries(path, ["before", "after"]),
    new Problem(
      `${path} (after): 1 voxel NaN, infinite or too large for float32, the first at x 1, y 1, z 1, expected finite intensities; replace them and save it again`,
    ),
  );
});

test("extensions between header and voxels are passed over", () => {
  const extension = Buffer.alloc(32);
  extension.writeInt32LE(32, 0);
  const insert: Change = (bytes) => Buffer.concat([bytes.subarray(0, 352), extension, bytes.subarray(352)]);
  const path = changed("extended.nii", float(108, 384), byte(348, 1), insert);
  assert.deepEqual(readNifti(path).data, counting.data);
});

test("a label map of floats is a label map if its values are allowed labels", () => {
  writeNifti(place("labels.nii.gz"), { ...counting, data: counting.data.map((value) => value % 3) });
  const { data, shape } = readNiftiLabel(place("labels.nii.gz"), [0, 1, 2]);
  assert.ok(data instanceof Uint8Array);
  assert.deepEqual([...data.slice(0, 4)], [0, 1, 2, 0]);
  assert.deepEqual(shape, [4, 3, 2]);
});

const whole = "header and voxels do not belong together";
const damaged = "the header is damaged";

const broken: [what: string, file: () => string, message: string][] = [
  ["a missing file", () => place("missing.nii"), "not found, expected a NIfTI image; check the name"],
  ["a folder", () => mkdtempSync(place("folder")), "found a folder, expected a NIfTI image; name the file"],
  [
    "an empty file",
    () => changed("empty.nii", () => Buffer.alloc(0)),
    "empty file, expected a NIfTI image; get it again",
  ],
  [
    "half a header",
    () => changed("half.nii", (bytes) => bytes.subarray(0, 100)),
    "100 bytes, expected a NIfTI-1 file, whose header alone has 348; get it again",
  ],
  [
    "half a header, compressed",
    () => changed("half.nii.gz", (bytes) => bytes.subarray(0, 100)),
    "100 bytes, expected a NIfTI-1 file, whose header alone has 348; get it again",
  ],
  [
    "a bad magic",
    () => changed("magic.nii", text(344, "abc")),
    'found the magic "abc", expected "n+1" of a NIfTI-1 file; this is another format, or the file is damaged',
  ],
  [
    "a pair of files",
    () => changed("pair.nii", text(344, "ni1")),
    "found the header of a pair .hdr and .img, expected one file; save it as .nii or .nii.gz first",
  ],
  ["NIfTI-2", () => changed("two.nii", short(0, 540)), "found NIfTI-2, expected NIfTI-1; save it as NIfTI-1 first"],
  [
    "truncated voxels",
    () => changed("short.nii", (bytes) => bytes.subarray(0, 400)),
    "truncated: found 400 bytes, expected 448 for 2×3×4 voxels of float32; get it again",
  ],
  [
    "truncated voxels, compressed",
    () => changed("short.nii.gz", (bytes) => bytes.subarray(0, 400)),
    "truncated: found 400 bytes, expected 448 for 2×3×4 voxels of float32; get it again",
  ],
  [
    "bytes too many",
    () => changed("long.nii", (bytes) => Buffer.concat([bytes, bytes])),
    `found 896 bytes, expected 448 for 2×3×4 voxels of float32; ${whole}`,
  ],
  [
    "a gzip bomb",
    () => changed("bomb.nii.gz", (bytes) => Buffer.concat([bytes, Buffer.alloc(1e7)])),
    `inflates to more than the 448 bytes that its header announces; ${whole}`,
  ],
  [
    "an absurd size",
    () => changed("absurd.nii.gz", short(42, 32767)),
    `the header claims 32767×3×4 voxels of float32, 1573168 bytes, more than %d bytes of gzip can hold; ${damaged}, or the file is truncated`,
  ],
  [
    "a size beyond memory",
    () => changed("huge.nii", short(42, 32767), short(44, 32767), short(46, 32767)),
    `the header claims 32767×32767×32767 voxels of float32, 140724603847004 bytes, expected at most 2 GiB; ${damaged}, or cut the volume into parts`,
  ],
  [
    "a size below one",
    () => changed("none.nii", short(44, -3)),
    `the header claims 2×-3×4 voxels, expected at least one along each axis; ${damaged}`,
  ],
  [
    "eleven dimensions",
    () => changed("eleven.nii", short(40, 11)),
    `the header claims 11 dimensions, expected 3; ${damaged}`,
  ],
  [
    "four dimensions",
    () => changed("four.nii", short(40, 4), short(48, 5)),
    "found 4 dimensions (2×3×4×5), expected one volume of 3; split it into volumes first",
  ],
  [
    "colours",
    () => changed("colour.nii", short(70, 128)),
    "voxels are RGB (datatype 128), expected whole numbers or floats; convert the file first",
  ],
  [
    "voxels inside the header",
    () => changed("inside.nii", float(108, 0)),
    `the header says that voxels begin at byte 0, expected 352 or more; ${damaged}`,
  ],
  [
    "no transform of a volume, and no distance of voxels",
    () => changed("flatAffine.nii", float(280, 0), float(284, 0), float(288, 0), float(84, 0)),
    `neither sform (code 1) nor qform (code 1) nor distances of voxels (pixdim) of the header says how far voxels are apart (pixdim 1.5×0×4); ${damaged}`,
  ],
  [
    "no transform of numbers, and no distance of voxels",
    () => changed("nanAffine.nii", float(280, Number.NaN), short(252, 0), float(80, Number.NaN)),
    `neither sform (code 1) nor distances of voxels (pixdim) of the header says how far voxels are apart (pixdim NaN×2×4); ${damaged}`,
  ],
  [
    "an endless intercept",
    () => changed("intercept.nii", float(116, Number.NaN)),
    `the header has scl_inter NaN, expected a number; ${damaged}`,
  ],
  [
    "NaN and infinity",
    () => changed("nan.nii", float(352 + 4 * 9, Number.NaN), float(352 + 4 * 20, Number.POSITIVE_INFINITY)),
    "2 voxels NaN, infinite or too large for float32, the first at x 1, y 1, z 1, expected finite intensities; replace them and save it again",
  ],
];

for (const [what, file, message] of broken)
  test(`${what}: one clear error`, () => {
    const path = file();
    const expected = message.includes("%d") ? message.replace("%d", String(readFileSync(path).length)) : message;
    assert.throws(() => readNifti(path), new Problem(`${path}: ${expected}`));
  });

test("a gzip stream that breaks off or is damaged: one clear error", () => {
  const file = gzipSync(readFileSync(changed("uncut.nii")));
  writeFileSync(place("cut.nii.gz"), file.subarray(0, file.length - 12));
  assert.throws(
    () => readNifti(place("cut.nii.gz")),
    new Problem(
      `${place("cut.nii.gz")}: truncated: the gzip stream breaks off after ${file.length - 12} bytes; get it again`,
    ),
  );
  const flipped = Buffer.from(file);
  flipped[file.length - 6] ^= 1; // in the checksum
  writeFileSync(place("flipped.nii.gz"), flipped);
  assert.throws(
    () => readNifti(place("flipped.nii.gz")),
    new Problem(`${place("flipped.nii.gz")}: damaged: gzip says "incorrect data check"; get it again`),
  );
});

test("wherever a file is cut, whatever byte is damaged: a Problem or a volume, never a crash", () => {
  writeNifti(place("fuzz.nii.gz"), counting);
  const zipped = readFileSync(place("fuzz.nii.gz"));
  for (const [name, bytes] of [
    ["fuzz.nii", gunzipSync(zipped)],
    ["fuzz.nii.gz", zipped],
  ] as const)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, value, isCut) => {
        const worse = isCut ? bytes.subarray(0, at) : Buffer.from(bytes);
        if (!isCut) worse[at] = value;
        writeFileSync(place(name), worse);
        try {
          assert.equal(readNifti(place(name)).data.every(Number.isFinite), true);
          assert.ok(!isCut);
        } catch (error) {
          assert.ok(error instanceof Problem, String(error));
        }
      }),
      { numRuns: 200 },
    );
});

test("labels that are none: the error names value, number, place and what is allowed", () => {
  const path = place("unknown.nii");
  const data = new Float32Array(24);
  data[3] = 1.5;
  data.fill(-1, 6, 8);
  writeNifti(path, { ...counting, data });
  assert.throws(
    () => readNiftiLabel(path, [0, 1]),
    new Problem(
      `${path}: found label 1.5 (1 voxel, the first at x 1, y 1, z 0), -1 (2 voxels, the first at x 0, y 0, z 1), expected only 0, 1; is it a map of classes? save it as whole numbers, without a scale (found scl_slope 1, scl_inter 0)`,
    ),
  );
  writeNifti(path, counting);
  assert.throws(
    () => readNiftiLabel(path, [0]),
    /5 \(1 voxel, the first at x 1, y 2, z 0\), others \(18 voxels\), expected only 0; /,
  );
});

test("a value that does not fit into the file is refused, and nothing is written", () => {
  const values = new Float32Array(24).fill(3.5);
  assert.throws(
    () => writeNifti(place("unfit.nii"), { ...counting, data: values }, { dtype: "int16" }),
    new Problem(`${place("unfit.nii")}: the value 3.5 does not fit into int16; choose another dtype`),
  );
  assert.throws(
    () => writeNifti(place("unfit.nii"), { ...counting, data: values.fill(300) }, { dtype: "uint8" }),
    /the value 300 does not fit into uint8/,
  );
  assert.throws(() => writeNifti(place("unfit.img"), counting), /expected a name that ends in .nii or .nii.gz/);
  assert.throws(
    () => writeNifti(join(folder, "no", "unfit.nii"), counting),
    /unfit.nii: cannot be written: its folder is not there; make it, or choose another/,
  );
  assert.ok(!readdirSync(folder).some((name) => name.startsWith("unfit")));
});

test("a file without permission: one clear error", {
  skip: process.getuid?.() === 0 && "root may read everything",
}, () => {
  const path = changed("secret.nii");
  chmodSync(path, 0);
  assert.throws(
    () => readNifti(path),
    new Problem(`${path}: cannot be read (EACCES), expected a NIfTI image; check its permissions and the disk`),
  );
});
