import { gzipSync } from "node:zlib";
import { ownPartOf, writeWhole } from "../../disk.js";
import { Problem } from "../../problem.js";
import { bytesOf } from "../file.js";
import { inflate } from "../gzip.js";
import { labelOf } from "../labels.js";
import type { Volume } from "../volume.js";
import { checkLength, type Dtype, packed, surplus, volumeOf } from "../voxels.js";
import { type NrrdHeader, parseNrrdHeader } from "./header.js";

/**
 * The volume in an NRRD file (.nrrd, raw or gzip), its space turned into RAS+; a file that gives spacings alone starts at 0.
 * Throws a Problem if it is damaged, truncated, not one volume, says no spacing, or holds anything but finite numbers.
 */
export function readNrrd(path: string): Volume {
  const { header, bytes } = openNrrd(path);
  return volumeOf(bytes, header, path);
}

/** The label map in an NRRD file. A value that is not allowed throws a Problem that says which, how often and where. */
export function readNrrdLabel(path: string, allowed: readonly number[]): Volume<Uint8Array> {
  const { header, bytes } = openNrrd(path);
  return labelOf(bytes, header, allowed, path);
}

/**
 * Writes a volume as NRRD0004, compressed, in the space left-posterior-superior as ITK and 3D Slicer do. The file appears whole or not at all.
 * Throws a Problem where a value does not fit into `dtype` (the volume's own by default).
 */
export function writeNrrd(
  path: string,
  volume: Volume<Float32Array | Uint8Array>,
  { dtype = volume.data instanceof Uint8Array ? "uint8" : "float32" }: { dtype?: Dtype } = {},
): void {
  if (!/\.nrrd$/i.test(path)) throw new Problem(`${path}: expected a name that ends in .nrrd; rename it`);
  const { shape, affine } = volume;
  const vector = (column: number) => `(${[-affine[0][column], -affine[1][column], affine[2][column]].join(",")})`;
  const header = [
    "NRRD0004",
    `type: ${words[dtype]}`,
    "dimension: 3",
    "space: left-posterior-superior",
    `sizes: ${[...shape].reverse().join(" ")}`,
    `space directions: ${[0, 1, 2].map(vector).join(" ")}`,
    "kinds: domain domain domain",
    "endian: little",
    "encoding: gzip",
    `space origin: ${vector(3)}`,
  ];
  const bytes = Buffer.concat([Buffer.from(`${header.join("\n")}\n\n`), gzipSync(packed(volume, dtype, path))]);
  writeWhole(path, bytes, { part: ownPartOf(path) });
}

const words: Record<Dtype, string> = {
  uint8: "unsigned char",
  int8: "signed char",
  uint16: "unsigned short",
  int16: "short",
  uint32: "unsigned int",
  int32: "int",
  float32: "float",
  float64: "double",
};

/** Header and voxels of an NRRD file. */
export function openNrrd(path: string): { header: NrrdHeader; bytes: Uint8Array } {
  const file = bytesOf(path, "an NRRD image");
  const header = parseNrrdHeader(file, path);
  const data = file.subarray(header.dataStart);
  const bytes = header.isCompressed ? inflate(data, header, path) : data;
  checkLength(bytes, header, path);
  return { header: { ...header, remarks: [...header.remarks, ...surplus(bytes, header)] }, bytes };
}
