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
export function encodeSafetensors(entries: Readonly<Record<string, Entry>>, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of Object.entries(entries)) {
    header[name] = { dtype: values instanceof Int32Array ? "I32" : "F32", shape, data_offsets: [end, end + values.byteLength] };
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

/** Reads a safetensors file of float32 and int32 arrays. `path` names it in the Problem that a damaged or foreign file throws. */
export function decodeSafetensors(bytes: Uint8Array, path: string): { entries: Record<string, Entry>; metadata: Record<string, string> } {
  const damaged = (found: string) =>
    new Problem(`${path}: not a whole safetensors file (${found}); it was cut off or is another kind of file: delete it or take a backup`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? Number.NaN : Number(view.getBigUint64(0, true));
  if (!(8 + length <= bytes.length)) throw damaged(`${bytes.length} bytes, header of ${length}`);
  const { __metadata__: metadata = {}, ...header } = parseHeader(Buffer.from(bytes.subarray(8, 8 + length)).toString(), damaged);
  const entries: Record<string, Entry> = {};
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header as Record<string, HeaderEntry>)) {
    if (dtype !== "F32" && dtype !== "I32") throw new Problem(`${path}: "${name}" is of type ${dtype}; expected F32 or I32: convert it first`);
    const [from, to] = data_offsets.map((offset) => 8 + length + offset);
    if (to > bytes.length || to - from !== 4 * shape.reduce((a, b) => a * b, 1)) throw damaged(`"${name}" ends at byte ${to} of ${bytes.length}`);
    const copy = bytes.slice(from, to).buffer;
    entries[name] = { shape, values: dtype === "F32" ? new Float32Array(copy) : new Int32Array(copy) };
  }
  const last = Math.max(0, ...Object.values(header as Record<string, HeaderEntry>).map(({ data_offsets }) => data_offsets[1]));
  if (8 + length + last !== bytes.length) throw damaged(`${bytes.length} bytes, expected ${8 + length + last}`);
  return { entries, metadata: metadata as Record<string, string> };
}

function parseHeader(json: string, damaged: (found: string) => Problem): Record<string, object> {
  try {
    return JSON.parse(json) as Record<string, object>;
  } catch {
    throw damaged("its header is no JSON");
  }
}
