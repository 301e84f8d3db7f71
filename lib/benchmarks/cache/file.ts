import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { inPieces, onDisk, ownPartOf } from "../../disk.js";
import { sizeOf } from "../../images/values.js";
import { codesOf, valuesOf } from "../palette.js";

/** What a file of the store says about itself, in its first 512 bytes. */
interface Head {
  parts: number;
  /** Of one part, without its channels. */
  shape: readonly number[];
  channels: number;
  /** int8: classes; uint16: codes into the palette that follows; float32: values as they are. */
  kind: "int8" | "uint16" | "float32";
  palette: number;
}

const headBytes = 512;
const bytesEach = { int8: 1, uint16: 2, float32: 4 };

/** Writes parts of one shape, one after the other. The file appears whole or not at all; two threads that write the same one do no harm. */
export function writeParts(
  path: string,
  values: Float32Array | Int8Array,
  shape: readonly number[],
  channels: number,
): void {
  const { palette, codes } =
    values instanceof Int8Array ? { palette: new Float32Array(), codes: values } : codesOf(values);
  const kind = codes instanceof Int8Array ? "int8" : codes instanceof Uint16Array ? "uint16" : "float32";
  const parts = values.length / (sizeOf(shape) * channels);
  const head = { parts, shape, channels, kind, palette: palette.length } satisfies Head;
  const aside = ownPartOf(path);
  onDisk(path, () => {
    try {
      const file = openSync(aside, "w");
      try {
        writeAll(file, Buffer.from(JSON.stringify(head).padEnd(headBytes)));
        writeAll(file, palette);
        writeAll(file, codes);
      } finally {
        closeSync(file);
      }
      renameSync(aside, path);
    } catch (error) {
      rmSync(aside, { force: true });
      throw error;
    }
  });
}

/** A nearly full disk may take a part of what it is given; the next try then says that it is full. */
function writeAll(file: number, { buffer, byteOffset, byteLength }: ArrayBufferView): void {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** A file of the store. */
export interface Parts {
  /** Of one part, without its channels. */
  shape: readonly number[];
  parts: number;
  /** The values of one part, in an array of the caller's own. */
  read(part: number): Float32Array | Int8Array;
}

/** What `writeParts` wrote; undefined where there is no such file, or one that a failing disk has cut. The file is opened anew at every reading, so that thousands can be known. */
export function openParts(path: string): Parts | undefined {
  if (!existsSync(path)) return undefined;
  return inPieces(path, ({ size, piece }) => {
    const text = size < headBytes ? "" : piece(0, headBytes).toString();
    if (!text.startsWith("{")) return undefined;
    const { parts, shape, channels, kind, palette: colors }: Head = JSON.parse(text);
    const start = headBytes + 4 * colors;
    const bytes = sizeOf(shape) * channels * bytesEach[kind];
    if (size !== start + parts * bytes) return undefined;
    const palette = new Float32Array(piece(headBytes, start).buffer);
    return {
      shape,
      parts,
      read: (part) =>
        inPieces(path, (again) => {
          const { buffer } = again.piece(start + part * bytes, start + (part + 1) * bytes);
          if (kind === "int8") return new Int8Array(buffer);
          if (kind === "float32") return new Float32Array(buffer);
          return valuesOf({ palette, codes: new Uint16Array(buffer) });
        }),
    };
  });
}
