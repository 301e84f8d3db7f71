import { Problem } from "../problem.js";

/** A named array of a safetensors file. */
export interface Entry {
  shape: readonly number[];
  values: Float32Array | Int32Array;
}

/**
 * The bytes of a safetensors file: eight bytes with the length of the header, a JSON header padded with blanks to a multiple of eight, the values.
 * Equal input gives equal bytes.
 */
export function encodeSafetensors(
  entries: Readonly<Record<string, Entry>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of Object.entries(entries)) {
    header[name] = {
      dtype: values instanceof Int32Array ? "I32" : "F32",
      shape,
      data_offsets: [end, end + values.byteLength],
    };
    end += values.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = Buffer.alloc(8 + length + end, " ");
  bytes.writeBigUInt64LE(BigInt(length));
  json.copy(bytes, 8);
  let at = 8 + length;
  for (const { values } of Object.values(entries)) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Reads a safetensors file of float32, int32 and int64 arrays; the last become int32, for they are PyTorch's counters. `path` names it in the Problem that a damaged or foreign file throws. */
export function decodeSafetensors(
  bytes: Uint8Array,
  path: string,
): { entries: Record<string, Entry>; metadata: Record<string, string> } {
  const damaged = (found: string) =>
    new Problem(
      `${path}: not a whole safetensors file (${found}); it was cut off or is another kind of file: delete it or take a backup`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? Number.NaN : Number(view.getBigUint64(0, true));
  if (!(8 + length <= bytes.length)) throw damaged(`${bytes.length} bytes, header of ${length}`);
  const { __metadata__: metadata = {}, ...header } = parseHeader(
    Buffer.from(bytes.subarray(8, 8 + length)).toString(),
    damaged,
  );
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string"))
    throw damaged("its metadata are no strings");
  const entries: Record<string, Entry> = {};
  const places: [number, number][] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (!isHeaderEntry(entry)) throw damaged(`"${name}" has no type, shape and place`);
    const { dtype, shape, data_offsets: place } = entry;
    if (dtype !== "F32" && dtype !== "I32" && dtype !== "I64")
      throw new Problem(`${path}: "${name}" is of type ${dtype}; expected F32 or I32: convert it first`);
    const [from, to] = place.map((offset) => 8 + length + offset);
    if (to > bytes.length || to - from !== (dtype === "I64" ? 8 : 4) * shape.reduce((a, b) => a * b, 1))
      throw damaged(`"${name}" ends at byte ${to} of ${bytes.length}`);
    const copy = bytes.buffer.slice(bytes.byteOffset + from, bytes.byteOffset + to);
    entries[name] = { shape, values: valuesOf(dtype, copy) };
    places.push(place);
  }
  const end = places
    .sort(([a, b], [c, d]) => a - c || b - d)
    .reduce((at, [from, to]) => (from === at ? to : Number.NaN), 0);
  if (8 + length + end !== bytes.length) throw damaged(`its arrays do not fill its ${bytes.length} bytes`);
  return { entries, metadata: metadata as Record<string, string> };
}

function valuesOf(dtype: "F32" | "I32" | "I64", bytes: ArrayBufferLike): Entry["values"] {
  if (dtype === "F32") return new Float32Array(bytes);
  return dtype === "I32" ? new Int32Array(bytes) : Int32Array.from(new BigInt64Array(bytes), Number);
}

function parseHeader(json: string, damaged: (found: string) => Problem): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch {
    throw damaged("its header is no JSON");
  }
  if (!isRecord(header)) throw damaged("its header is no object");
  return header;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

const isHeaderEntry = (value: unknown): value is HeaderEntry =>
  isRecord(value) &&
  typeof value.dtype === "string" &&
  isCounts(value.shape) &&
  isCounts(value.data_offsets) &&
  value.data_offsets.length === 2;
