import { Problem } from "../../problem.js";
import { endOf, type Header, type Kind } from "../voxels.js";

/** What an NRRD header says, and where in the file the data begins. */
export interface NrrdHeader extends Header {
  isCompressed: boolean;
  dataStart: number;
}

const kindOf = new Map<string, Kind>([
  ...names("uint8", "uchar", "unsigned char", "uint8_t"),
  ...names("int8", "signed char", "int8_t"),
  ...names("uint16", "ushort", "unsigned short", "unsigned short int", "uint16_t"),
  ...names("int16", "short", "short int", "signed short", "signed short int", "int16_t"),
  ...names("uint32", "uint", "unsigned int", "uint32_t"),
  ...names("int32", "int", "signed int", "int32_t"),
  ...names("uint64", "ulonglong", "unsigned long long", "unsigned long long int", "uint64_t"),
  ...names("int64", "longlong", "long long", "long long int", "signed long long", "signed long long int", "int64_t"),
  ...names("float32", "float"),
  ...names("float64", "double"),
]);

function names(kind: Kind, ...words: string[]): [word: string, kind: Kind][] {
  return [kind, ...words].map((word) => [word, kind]);
}

/** Signs that turn the coordinates of a space into those of RAS+. */
const signs = new Map([
  ["right-anterior-superior", [1, 1, 1]],
  ["ras", [1, 1, 1]],
  ["left-anterior-superior", [-1, 1, 1]],
  ["las", [-1, 1, 1]],
  ["left-posterior-superior", [-1, -1, 1]],
  ["lps", [-1, -1, 1]],
]);

/** Reads the header of an NRRD file of versions 1 to 5 (teem.sourceforge.net/nrrd/format.html); whatever could not be trusted later on throws a Problem. */
export function parseNrrdHeader(file: Buffer, path: string): NrrdHeader {
  const { fields, dataStart } = fieldsOf(file, path);
  const shape = shapeOf(fields, path);
  const kind = kindOf.get(fields.type?.toLowerCase() ?? "");
  if (!kind)
    throw new Problem(
      `${path}: voxels are of type ${quoted(fields.type)}, expected whole numbers or floats; convert the file first`,
    );
  const encoding = fields.encoding?.toLowerCase() ?? "";
  if (!["raw", "gzip", "gz"].includes(encoding))
    throw new Problem(`${path}: found the encoding ${quoted(fields.encoding)}, expected raw or gzip; save it as gzip`);
  const endian = fields.endian?.toLowerCase() ?? (kind.endsWith("int8") ? "little" : "");
  if (endian !== "little" && endian !== "big")
    throw new Problem(`${path}: found the endian ${quoted(fields.endian)}, expected little or big; correct the header`);
  const end = endOf({ shape, kind }, 0, path);
  return {
    shape,
    ...placesOf(fields, path),
    kind,
    isLittleEndian: endian === "little",
    slope: 1,
    intercept: 0,
    start: 0,
    end,
    isCompressed: encoding !== "raw",
    dataStart,
  };
}

type Fields = Readonly<Record<string, string | undefined>>;

const longest = 2 ** 20; // bytes of a header

/** The lines "field: value" up to the first empty one; comments (#) and key:=value pairs are passed over. */
function fieldsOf(file: Buffer, path: string): { fields: Fields; dataStart: number } {
  const magic = file.toString("latin1", 0, 8);
  if (!/^NRRD000[1-5]/.test(magic))
    throw new Problem(
      `${path}: found the magic ${JSON.stringify(magic)}, expected "NRRD0001" to "NRRD0005"; this is another format, or the file is damaged`,
    );
  const text = file.toString("latin1", 0, longest);
  const end = /\r?\n\r?\n/.exec(text);
  if (!end)
    throw new Problem(
      `${path}: the header has no end (an empty line), expected header and data in one file; it is truncated, or save it as one .nrrd`,
    );
  const lines = text.slice(0, end.index).split(/\r?\n/).slice(1);
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^([^#:][^:]*): (.*)$/.exec(line) ?? [];
    return name ? [[name.toLowerCase(), value.trim()] as const] : [];
  });
  const fields: Fields = Object.fromEntries(pairs);
  const apart = ["data file", "datafile", "byte skip", "byteskip", "line skip", "lineskip"].find(
    (name) => fields[name] !== undefined && fields[name] !== "0",
  );
  if (apart)
    throw new Problem(
      `${path}: found "${apart}: ${fields[apart]}", expected the data right behind the header; save it as one .nrrd`,
    );
  return { fields, dataStart: end.index + end[0].length };
}

function shapeOf({ dimension, sizes = "" }: Fields, path: string): Header["shape"] {
  if (dimension !== "3")
    throw new Problem(
      `${path}: found the dimension ${quoted(dimension)} (sizes ${sizes}), expected 3; save one volume`,
    );
  const [x, y, z, ...more] = sizes.split(/\s+/).map(Number);
  if (more.length > 0 || ![x, y, z].every((size) => Number.isInteger(size) && size >= 1))
    throw new Problem(
      `${path}: the header claims sizes ${quoted(sizes)}, expected three whole numbers from 1; the header is damaged`,
    );
  return [z, y, x];
}

/** Spacing and affine from the space of the file, or from its spacings alone. */
function placesOf(fields: Fields, path: string): Pick<Header, "spacingMm" | "affine" | "remarks"> {
  checkUnits(fields, path);
  const { space, "space directions": directions, "space origin": origin, spacings } = fields;
  if (space === undefined && directions === undefined) {
    const steps = (spacings ?? "").split(/\s+/).map(Number);
    const columns = [0, 1, 2].map((axis) => [0, 1, 2].map((row) => (row === axis ? (steps[axis] ?? Number.NaN) : 0)));
    return {
      ...affineFrom(columns, [0, 0, 0], `spacings ${quoted(spacings)}`, path),
      remarks: ["the header says nothing of its orientation (no space); taken as RAS"],
    };
  }
  const sign = signs.get(space?.toLowerCase() ?? "");
  if (!sign)
    throw new Problem(
      `${path}: found the space ${quoted(space)}, expected left-posterior-superior, right-anterior-superior or left-anterior-superior; correct the header`,
    );
  const turned = (vector: readonly number[]) => sign.map((factor, row) => factor * (vector[row] ?? Number.NaN) + 0); // + 0: no minus zero
  const [start = [0, 0, 0]] = vectors(origin);
  const columns = vectors(directions).map(turned);
  return { ...affineFrom(columns, turned(start), `space directions ${quoted(directions)}`, path), remarks: [] };
}

/** Vectors such as "(1,0,0) (0,1,0) (0,0,2)"; "none" is one without numbers. */
const vectors = (text = ""): number[][] =>
  [...text.matchAll(/\(([^)]*)\)|none/g)].map(([, inside = ""]) => inside.split(",").map(Number));

function affineFrom(
  columns: readonly (readonly number[])[],
  origin: readonly number[],
  said: string,
  path: string,
): Pick<Header, "spacingMm" | "affine"> {
  const affine = [0, 1, 2].map((row) => [...columns.map((column) => column[row]), origin[row]]);
  const [[a, b, c], [d, e, f], [g, h, i]] = affine;
  const voxel = Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g));
  if (columns.length !== 3 || !(voxel > 0) || !affine.flat().every(Number.isFinite))
    throw new Problem(
      `${path}: found ${said}, expected three that span a volume, and a finite origin; correct the header`,
    );
  const [dx, dy, dz] = columns.map((column) => Math.hypot(...column));
  return { spacingMm: [dz, dy, dx], affine: [...affine, [0, 0, 0, 1]] };
}

function checkUnits({ units, "space units": spaceUnits }: Fields, path: string): void {
  const said = spaceUnits ?? units ?? "";
  if ([...said.matchAll(/"([^"]*)"/g)].some(([, unit]) => !["", "mm", "millimeter", "millimeters"].includes(unit)))
    throw new Problem(`${path}: found the units ${said}, expected "mm"; save it in millimetres`);
}

const quoted = (text: string | undefined) => (text === undefined ? "(none)" : JSON.stringify(text));
