/** Where a grid of voxels lies in the scanner. */
export interface Geometry {
  /** Voxels along z, y, x: the data is row-major, x runs fastest (the memory order of NIfTI and of SSL4MIS h5 files). */
  shape: readonly [number, number, number];
  /** Distance of neighbouring voxels in mm along z, y, x. */
  spacingMm: readonly [number, number, number];
  /** NIfTI affine, four rows of four: voxel (x, y, z, 1) to mm in RAS+ coordinates. */
  affine: readonly (readonly number[])[];
}

/** A 3D grid of values with its geometry; `path` names the file it came from, for messages. */
export interface Volume<A extends Float32Array | Uint8Array = Float32Array> extends Geometry {
  data: A;
  path: string;
}
