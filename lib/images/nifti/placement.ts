import { NIFTI1 } from "nifti-reader-js";
import { Problem } from "../../problem.js";
import { significant } from "../../written.js";
import type { Geometry } from "../volume.js";

/** How a NIfTI-1 header says where its voxels lie, for another file to say it in the same way; what could not be used is absent. */
export interface Placement {
  /** Code of the unit of length. */
  unit: number;
  /** qfac, then the distance of voxels along x, y and z, in that unit. */
  pixDims: readonly number[];
  qformCode: number;
  sformCode: number;
  /** Quaternion b, c, d and offset along x, y, z. */
  qform?: readonly number[];
  /** Three rows of four. */
  sform?: Rows;
}

/** A placement, the affine in mm that follows from it, and in sentences what was taken for values that are missing or cannot be used. */
export interface Placed {
  placement: Placement;
  affine: Geometry["affine"];
  remarks: string[];
}

type Rows = readonly (readonly number[])[];

/** One of the ways in which a header may place its voxels. */
interface Transform {
  name: string;
  rows: Rows;
  remarks: string[];
}

/** How long units are, by their code: unknown, m, mm, µm. */
export const millimetres: Record<number, number | undefined> = { 0: 1, 1: 1000, 2: 1, 3: 0.001 };
const axes = ["x", "y", "z"];

/** The sform if there is one, else the qform, else the spacing alone (methods 3, 2 and 1 of the standard); where one cannot be used the next, which is said. */
export function placed(header: NIFTI1, view: DataView, sizes: readonly number[], path: string): Placed {
  const { qform_code: qformCode, sform_code: sformCode } = header;
  const steps = stepsOf(header, sizes);
  const sform = sformCode > 0 ? sformOf(header, view, sizes) : undefined;
  const qform = qformCode > 0 ? qformOf(header, steps) : undefined;
  const ways = [sform, qform, spacingAlone(steps)].filter((way) => way !== undefined);
  const taken = ways.find(({ rows }) => spansVolume(rows));
  if (!taken)
    throw new Problem(
      `${path}: neither ${ways.map(({ name }) => name).join(" nor ")} of the header says how far voxels are apart (pixdim ${steps.said}); the header is damaged`,
    );
  const useless = ways.slice(0, ways.indexOf(taken)).map(({ name }) => name);
  const code = header.xyzt_units & NIFTI1.SPATIAL_UNITS_MASK;
  const { [code]: unit } = millimetres;
  const lengths = [0, 1, 2].map((axis) => Math.hypot(...taken.rows.map((row) => row[axis])));
  return {
    placement: {
      unit: unit === undefined ? NIFTI1.UNITS_MM : code,
      pixDims: [handednessOf(header), ...steps.values.map((step, axis) => (step > 0 ? step : lengths[axis]))],
      qformCode,
      sformCode,
      ...(sform && spansVolume(sform.rows) && { sform: sform.rows }),
      ...(qform && spansVolume(qform.rows) && { qform: qform.numbers }),
    },
    affine: [...taken.rows.map((row) => row.map((value) => value * (unit ?? 1))), [0, 0, 0, 1]],
    remarks: [
      ...(unit === undefined
        ? [`the header gives lengths in the unit ${code}, which there is none of; taken as mm`]
        : []),
      ...(qform || sform
        ? []
        : ["the header says nothing of its orientation (qform_code and sform_code are 0); taken as RAS"]),
      ...useless.map((name) => `the ${name} of the header spans no volume; the ${taken.name} was taken`),
      ...taken.remarks,
    ],
  };
}

/** The distances of voxels along x, y, z, NaN where one cannot be used; `said` is how the header has them. */
function stepsOf({ pixDims }: NIFTI1, sizes: readonly number[]) {
  const found = pixDims.slice(1, 4);
  const isLength = (step: number) => Math.abs(step) > 0 && Number.isFinite(step);
  const unused = axes.filter((_, axis) => sizes[axis] === 1 && !isLength(found[axis]));
  const said = found.map((step) => String(Number(step.toPrecision(6))).replace("-", "−")).join("×");
  const remarks = [
    ...(found.some((step) => step < 0)
      ? [`the header has distances of ${said} (pixdim); taken without their signs`]
      : []),
    ...unused.map(
      (axis) => `the header has distances of ${said} (pixdim), and one voxel along ${axis}; taken as 1 there`,
    ),
  ];
  const values = found.map((step, axis) =>
    isLength(step) ? Math.abs(step) : unused.includes(axes[axis]) ? 1 : Number.NaN,
  );
  return { values, said, remarks };
}

/** A column of zeros along an axis of one voxel becomes one of length 1 at right angles to the others. */
function sformOf({ littleEndian, sform_code }: NIFTI1, view: DataView, sizes: readonly number[]): Transform {
  const at = (row: number, column: number) => view.getFloat32(280 + 16 * row + 4 * column, littleEndian);
  const rows = [0, 1, 2].map((row) => [0, 1, 2, 3].map((column) => at(row, column)));
  const name = `sform (code ${sform_code})`;
  const [empty, ...more] = [0, 1, 2].filter((axis) => sizes[axis] === 1 && rows.every((row) => row[axis] === 0));
  if (empty === undefined || more.length > 0) return { name, rows, remarks: [] };
  const [u, v] = [(empty + 1) % 3, (empty + 2) % 3].map((axis) => rows.map((row) => row[axis]));
  const normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
  const remark = `the ${name} of the header has no length along ${axes[empty]}, and there is one voxel; taken as 1`;
  return {
    name,
    rows: rows.map((row, i) => row.map((value, axis) => (axis === empty ? normal[i] / Math.hypot(...normal) : value))),
    remarks: [remark],
  };
}

const roundedTo = 1.001; // what a quaternion of length 1 may be after its numbers were rounded

function qformOf(header: NIFTI1, { values: [x, y, z], remarks }: ReturnType<typeof stepsOf>) {
  const { quatern_b: b, quatern_c: c, quatern_d: d, qoffset_x, qoffset_y, qoffset_z, qform_code } = header;
  const offset = [qoffset_x, qoffset_y, qoffset_z] as const;
  const length = Math.hypot(b, c, d);
  const isWhole = [x, y, z].every((step) => step > 0); // the library takes 1 for any other
  return {
    name: `qform (code ${qform_code})`,
    numbers: [b, c, d, ...offset],
    rows: isWhole
      ? header.convertNiftiQFormToNiftiSForm(b, c, d, ...offset, x, y, z, handednessOf(header)).slice(0, 3)
      : [],
    remarks: [
      ...remarks,
      ...(length > roundedTo
        ? [`the qform of the header has a quaternion of length ${significant(length, 4)}; taken as 1`]
        : []),
    ],
  };
}

const spacingAlone = ({ values, remarks }: ReturnType<typeof stepsOf>): Transform => ({
  name: "distances of voxels (pixdim)",
  rows: values.map((step, row) => [0, 1, 2, 3].map((column) => (column === row ? step : 0))),
  remarks,
});

const handednessOf = ({ pixDims }: NIFTI1) => (pixDims[0] < 0 ? -1 : 1);

function spansVolume(rows: Rows): boolean {
  if (rows.length < 3 || !rows.flat().every(Number.isFinite)) return false;
  const [[a, b, c], [d, e, f], [g, h, i]] = rows;
  return Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)) > 0;
}
