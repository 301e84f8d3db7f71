import { inPieces, type Pieces } from "../disk.js";
import { Problem } from "../problem.js";

/** A named array of a safetensors file. */
export interface Entry {
  shape: readonly number[];
  values: Float32Array | Int32Array;
}

/**
 * The bytes of a safetensors file, in pieces: eight bytes with the length of the header and a JSON header padded with blanks to a multiple of eight, then the values of
 * each array, which are not copied. Equal input gives equal bytes.
 */
export function encodeSafetensors(
  entries: Readonly<Record<string, Entry>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
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
  const first = Buffer.alloc(8 + length, " ");
  first.writeBigUInt64LE(BigInt(length));
  json.copy(first, 8);
  const bytesOf = ({ values }: Entry) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return [first, ...Object.values(entries).map(bytesOf)];
}

/** What a safetensors file holds. */
export interface Safetensors {
  entries: Record<string, Entry>;
  metadata: Record<string, string>;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Reads a safetensors file of float32, int32 and int64 arrays; the last become int32, for they are PyTorch's counters. Throws a Problem that names it where it is damaged or another kind of file. */
export const readSafetensors = (path: string): Safetensors => inPieces(path, (pieces) => decode(pieces, path));

/** The same of a file's bytes; `path` is what Problems call it. */
export const decodeSafetensors = (bytes: Uint8Array, path: string): Safetensors =>
  decode(
    { size: bytes.length, piece: (from, to) => Buffer.from(new Uint8Array(bytes.subarray(from, to)).buffer) },
    path,
  );

function decode({ size, piece }: Pieces, path: string): Safetensors {
  const damaged = (found: string) =>
    new Problem(
      `${path}: not a whole safetensors file (${found}); it was cut off or is another kind of file: delete it or take a backup`,
    );
  const length = size < 8 ? Number.NaN : Number(piece(0, 8).readBigUInt64LE());
  if (!(8 + length <= size)) throw damaged(`${size} bytes, header of ${length}`);
  const { __metadata__: metadata = {}, ...header } = parseHeader(piece(8, 8 + length).toString(), damaged);
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
    if (to > size || to - from !== (dtype === "I64" ? 8 : 4) * shape.reduce((a, b) => a * b, 1))
      throw damaged(`"${name}" ends at byte ${to} of ${size}`);
    entries[name] = { shape, values: valuesOf(dtype, piece(from, to).buffer) };
    places.push(place);
  }
  const end = places
    .sort(([a, b], [c, d]) => a - c || b - d)
    .reduce((at, [from, to]) => (from === at ? to : Number.NaN), 0);
  if (8 + length + end !== size) throw damaged(`its arrays do not fill its ${size} bytes`);
  return { entries, metadata: metadata as Record<string, string> };
}

function valuesOf(dtype: "F32" | "I32" | "I64", bytes: ArrayBuffer): Entry["values"] {
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
