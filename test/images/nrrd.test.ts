import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { readNrrd, readNrrdLabel, writeNrrd } from "../../lib/images/nrrd/index.js";
import type { Volume } from "../../lib/images/volume.js";
import { Problem } from "../../lib/problem.js";
import { temporary } from "../temporary.js";

const folder = temporary("arco-nrrd-");
const place = (name: string) => join(folder, name);

/** A file with these lines of header and data behind them. */
function made(lines: readonly string[], data: Uint8Array, { name = "made.nrrd", newline = "\n" } = {}): string {
  writeFileSync(place(name), Buffer.concat([Buffer.from([...lines, "", ""].join(newline)), data]));
  return place(name);
}

const lines = ["NRRD0001", "type: uchar", "dimension: 3", "sizes: 3 2 1", "encoding: raw"];
const six = Uint8Array.of(1, 2, 3, 4, 5, 6);

test("a big-endian, compressed file in LPS is read as pynrrd wrote it", () => {
  // pynrrd 1.1.3: v = np.arange(24).reshape(2, 3, 4) * 7 - 50
  // nrrd.write("g.nrrd", np.asfortranarray(v.astype(">i2")), {"space": "left-posterior-superior", "space directions": [[0, 1.5, 0], [-2, 0, 0], [0, 0, 4]],
  //   "space origin": [5, -3, 7], "endian": "big", "kinds": ["domain"] * 3}, index_order="F")
  const file =
    "TlJSRDAwMDUKIyBUaGlzIE5SUkQgZmlsZSB3YXMgZ2VuZXJhdGVkIGJ5IHB5bnJyZAojIG9uIDIwMjYtMTEtMjUgMDc6NTk6MzQoR01UKS4KIyBDb21wbGV0ZSBOUlJEIGZpbGUgZm9ybWF0IHNwZWNpZmljYXRpb24gYXQ6CiMgaHR0cDovL3RlZW0uc291cmNlZm9yZ2UubmV0L25ycmQvZm9ybWF0Lmh0bWwKdHlwZTogaW50MTYKZGltZW5zaW9uOiAzCnNwYWNlOiBsZWZ0LXBvc3Rlcmlvci1zdXBlcmlvcgpzaXplczogMiAzIDQKc3BhY2UgZGlyZWN0aW9uczogKDAsMS41LDApICgtMiwwLDApICgwLDAsNCkKa2luZHM6IGRvbWFpbiBkb21haW4gZG9tYWluCmVuZGlhbjogYmlnCmVuY29kaW5nOiBnemlwCnNwYWNlIG9yaWdpbjogKDUsLTMsNykKCh+LCAAAAAAAAgMBMADP///OACL/6gA+AAYAWv/VACn/8QBFAA0AYf/cADD/+ABMABQAaP/jADf//wBTABsAb73WAl8wAAAA";
  writeFileSync(place("golden.nrrd"), Buffer.from(file, "base64"));
  const { data, ...geometry } = readNrrd(place("golden.nrrd"));
  const at = (x: number, y: number, z: number) => 7 * ((x * 3 + y) * 4 + z) - 50;
  const expected = [0, 1, 2, 3].flatMap((z) => [0, 1, 2].flatMap((y) => [0, 1].map((x) => at(x, y, z))));
  assert.deepEqual([...data], expected);
  assert.deepEqual(geometry, {
    shape: [4, 3, 2],
    spacingMm: [4, 2, 1.5],
    affine: [
      [0, 2, 0, -5],
      [-1.5, 0, 0, 3],
      [0, 0, 4, 7],
      [0, 0, 0, 1],
    ],
    path: place("golden.nrrd"),
  });
});

test("what is written is read again, for every affine and dtype", () => {
  const anything = fc.record({
    dtype: fc.constantFrom("uint8", "int16", "uint16", "int32", "float32", "float64"),
    shape: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    rows: fc
      .array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 12, maxLength: 12 })
      .map((values) => values.map((value) => value + 0)) // no minus zero
      .filter(
        ([a, b, c, , d, e, f, , g, h, i]) =>
          Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)) > 1,
      ),
    values: fc.uint8Array({ minLength: 64, maxLength: 64 }),
  });
  fc.assert(
    fc.property(anything, ({ dtype, shape, rows, values }) => {
      const affine = [...[0, 4, 8].map((at) => rows.slice(at, at + 4)), [0, 0, 0, 1]];
      const step = (axis: number) => Math.hypot(affine[0][axis], affine[1][axis], affine[2][axis]);
      const path = place("round.nrrd");
      const data = Float32Array.from(values.slice(0, shape[0] * shape[1] * shape[2]));
      const volume: Volume = { data, shape, spacingMm: [step(2), step(1), step(0)], affine, path };
      writeNrrd(path, volume, { dtype });
      assert.deepEqual(readNrrd(path), volume);
    }),
    { numRuns: 50 },
  );
});

test("spacings alone place a volume at 0; lines end as in Unix or in Windows; comments and keys are passed over", () => {
  const extra = ["# a comment: none", "key:=sizes: 9 9 9", 'units: "mm" "mm" "mm"', "spacings: 0.5 2 3"];
  for (const newline of ["\n", "\r\n"]) {
    const { data, shape, spacingMm, affine } = readNrrd(made([...lines, ...extra], six, { newline }));
    assert.deepEqual([...data], [...six]);
    assert.deepEqual(
      [shape, spacingMm, affine.map((row) => row[3])],
      [
        [1, 2, 3],
        [3, 2, 0.5],
        [0, 0, 0, 1],
      ],
    );
  }
});

test("left-anterior-superior mirrors x alone, right-anterior-superior nothing", () => {
  const directions = ["space directions: (1,0,0) (0,1,0) (0,0,1)", "space origin: (1,2,3)"];
  const origin = (space: string) =>
    readNrrd(made([...lines, `space: ${space}`, ...directions], six)).affine.map((row) => row[3]);
  assert.deepEqual(origin("left-anterior-superior"), [-1, 2, 3, 1]);
  assert.deepEqual(origin("RAS"), [1, 2, 3, 1]);
});

test("a label map is read as such, and a value that is none is named", () => {
  const path = made([...lines, "spacings: 1 1 1"], Uint8Array.of(0, 255, 0, 0, 255, 0), { name: "label.nrrd" });
  assert.deepEqual([...readNrrdLabel(path, [0, 255]).data], [0, 255, 0, 0, 255, 0]);
  assert.throws(
    () => readNrrdLabel(path, [0, 1]),
    new Problem(
      `${path}: found label 255 (2 voxels, the first at x 1, y 0, z 0), expected only 0, 1; correct the file or the list of classes`,
    ),
  );
});

test("wherever a file is cut, whatever byte is damaged: a Problem or a volume, never a crash", () => {
  const whole = readFileSync(place("golden.nrrd"));
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, value, isCut) => {
      const worse = isCut ? whole.subarray(0, at) : Buffer.from(whole);
      if (!isCut) worse[at] = value;
      writeFileSync(place("fuzz.nrrd"), worse);
      try {
        assert.equal(readNrrd(place("fuzz.nrrd")).data.every(Number.isFinite), true);
        assert.ok(!isCut);
      } catch (error) {
        assert.ok(error instanceof Problem, String(error));
      }
    }),
    { numRuns: 500 },
  );
});
