import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { writeWhole } from "../../lib/disk.js";
import { decodeSafetensors, type Entry, encodeSafetensors, readSafetensors } from "../../lib/engine/safetensors.js";
import { Problem } from "../../lib/problem.js";
import { temporary } from "../temporary.js";

const entries: Record<string, Entry> = {
  "model/down.0.weight": { shape: [2, 3], values: Float32Array.of(1, -2.5, 3e-38, Number.POSITIVE_INFINITY, -0, 1e30) },
  größe: { shape: [], values: Float32Array.of(0.1) },
  labels: { shape: [4], values: Int32Array.of(-1, 0, 2 ** 31 - 1, -(2 ** 31)) },
  empty: { shape: [0, 5], values: new Float32Array(0) },
};
const metadata = { step: "12", note: 'quotes " and ✓' };

const encoded = (...given: Parameters<typeof encodeSafetensors>) => Buffer.concat(encodeSafetensors(...given));

test("what is written is read back, to the bit", () => {
  assert.deepEqual(decodeSafetensors(encoded(entries, metadata), "a.safetensors"), { entries, metadata });
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__" && name !== "__proto__"),
        fc.float32Array(),
      ),
      (arrays) => {
        const given = Object.fromEntries(
          Object.entries(arrays).map(([name, values]) => [name, { shape: [values.length], values }]),
        );
        assert.deepEqual(decodeSafetensors(encoded(given), "a.safetensors").entries, given);
      },
    ),
  );
});

test("an array beyond the 2 GiB that the system reads or writes at once is written and read", () => {
  const path = join(temporary("safetensors-"), "a.safetensors");
  const count = 2 ** 29 + 3;
  const values = new Float32Array(count);
  for (const at of [0, 2 ** 28, count - 1]) values[at] = at;
  writeWhole(
    path,
    encodeSafetensors({ pool: { shape: [count], values }, step: { shape: [1], values: Int32Array.of(7) } }),
  );
  const { pool, step } = readSafetensors(path).entries;
  assert.equal(pool.values.length, count);
  for (const at of [0, 1, 2 ** 28, count - 1]) assert.equal(pool.values[at], values[at]);
  assert.deepEqual(step.values, Int32Array.of(7));
});

test("equal values give equal bytes, the values aligned to eight", () => {
  assert.deepEqual(encoded(entries, metadata), encoded(structuredClone(entries), metadata));
  const header = Buffer.from(encoded(entries, metadata)).readBigUInt64LE(0);
  assert.equal(header % 8n, 0n);
});

test("a file that was cut off anywhere, or has anything behind it, is a Problem that names it", () => {
  const whole = encoded(entries, metadata);
  for (let length = 0; length < whole.length; length++)
    assert.throws(
      () => decodeSafetensors(whole.slice(0, length), "runs/x/last.safetensors"),
      isProblem,
      `cut to ${length} of ${whole.length} bytes`,
    );
  assert.throws(() => decodeSafetensors(Buffer.concat([whole, Buffer.of(0)]), "runs/x/last.safetensors"), isProblem);
});

test("a file that is something else is a Problem that names it", () => {
  const headers = [
    "",
    "null",
    "7",
    "[]",
    '"text"',
    "{",
    '{"a":1}',
    '{"a":null}',
    '{"a":{}}',
    '{"a":{"dtype":"F32"}}',
    '{"__metadata__":5}',
    '{"a":{"dtype":"F32","shape":"2","data_offsets":[0,8]}}',
    '{"a":{"dtype":"F32","shape":[2],"data_offsets":8}}',
    '{"a":{"dtype":"F32","shape":[2],"data_offsets":[-4,4]}}',
    '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0.5,8.5]}}',
    '{"a":{"dtype":"F32","shape":[-2],"data_offsets":[8,0]}}',
    '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
  ];
  for (const header of headers)
    assert.throws(() => decodeSafetensors(file(header, 8), "runs/x/last.safetensors"), isProblem, header);
  for (const byte of [0, 32, 65, 255])
    assert.throws(() => decodeSafetensors(Buffer.alloc(100, byte), "runs/x/last.safetensors"), isProblem);
});

test("any byte of the header changed gives the same numbers or a Problem, never another error", () => {
  const whole = encoded(entries, metadata);
  const header = Number(Buffer.from(whole).readBigUInt64LE(0));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 7 + header }), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const changed = whole.slice();
      changed[at] = byte;
      try {
        decodeSafetensors(changed, "runs/x/last.safetensors");
      } catch (error) {
        assert.ok(error instanceof Problem, `byte ${at} set to ${byte}: ${error}`);
      }
    }),
    { numRuns: 2000 },
  );
});

test("other types are a Problem that names the entry and its type", () => {
  const half = file('{"half":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}', 8);
  assert.throws(() => decodeSafetensors(half, "a.safetensors"), {
    name: "Problem",
    message: /a\.safetensors: "half" is of type F16; expected F32 or I32/,
  });
});

// The format as its authors describe it, read with Python's standard library; with the package safetensors too, where it is installed.
const reader = `
import json, struct, sys
data = open(sys.argv[1], "rb").read()
(size,) = struct.unpack("<Q", data[:8])
header = json.loads(data[8:8 + size])
body = data[8 + size:]
result = {"metadata": header.pop("__metadata__"), "entries": {}}
end = 0
for name, entry in header.items():
    begin, stop = entry["data_offsets"]
    assert begin == end, "a gap before " + name
    end = stop
    code = {"F32": "f", "I32": "i"}[entry["dtype"]]
    result["entries"][name] = [entry["shape"], [repr(v) for v in struct.unpack("<%d%s" % ((stop - begin) // 4, code), body[begin:stop])]]
assert end == len(body), "bytes behind the last entry"
try:
    from safetensors import deserialize
except ImportError:
    result["package"] = False
else:
    result["package"] = True
    read = dict(deserialize(data))
    assert set(read) == set(result["entries"])
    for name, entry in header.items():
        begin, stop = entry["data_offsets"]
        assert (read[name]["dtype"], list(read[name]["shape"]), bytes(read[name]["data"])) == (entry["dtype"], entry["shape"], body[begin:stop]), name
print(json.dumps(result))
`;

test("Python reads the same numbers, shapes and strings", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "safetensors-"));
  try {
    const path = join(folder, "a.safetensors");
    writeFileSync(path, encoded(entries, metadata));
    const found = JSON.parse(execFileSync(python(), ["-c", reader, path], { encoding: "utf8" })) as {
      package: boolean;
      metadata: object;
      entries: Record<string, [number[], string[]]>;
    };
    if (!found.package)
      context.diagnostic("read with Python's standard library alone: the package safetensors is not installed");
    assert.deepEqual(found.metadata, metadata);
    assert.deepEqual(Object.keys(found.entries), Object.keys(entries));
    for (const [name, { shape, values }] of Object.entries(entries)) {
      assert.deepEqual(found.entries[name][0], shape, name);
      assert.deepEqual(
        found.entries[name][1].map((text) => Number(text.replace("inf", "Infinity"))),
        Array.from(values),
        name,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The project's Python, or the system's. */
function python(): string {
  const own = resolve(import.meta.dirname, "../../.venv/bin/python");
  return existsSync(own) && spawnSync(own, ["--version"]).status === 0 ? own : "python3";
}

const isProblem = (error: unknown) => error instanceof Problem && error.message.startsWith("runs/x/last.safetensors: ");

function file(header: string, values: number): Uint8Array {
  const bytes = Buffer.alloc(8 + header.length + values);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  return bytes;
}
