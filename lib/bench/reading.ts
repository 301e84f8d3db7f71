import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stream } from "../engine/random.js";
import { readNifti, writeNifti } from "../images/nifti/index.js";
import type { Volume } from "../images/volume.js";
import { type Bench, hundredths, sideOf, timed } from "./bench.js";

const slices = 100;
const warmUp = 2;

/**
 * Reading a compressed NIfTI volume of size × size × 100 voxels of int16, by this library and by nibabel with NumPy, one after the other.
 * The Python is that of ARCO_PYTHON, else python3; without nibabel there, ours alone is timed.
 */
export const reading: Bench = {
  title: "reading one .nii.gz of size² × 100 voxels of int16, beside nibabel and NumPy",
  engine: false,
  defaults: { size: 320, steps: 10 },
  async run({ size: asked, steps }) {
    const size = sideOf(asked);
    const folder = mkdtempSync(join(tmpdir(), "arco-reading-"));
    try {
      const path = join(folder, "scan.nii.gz");
      writeNifti(path, scan(size), { dtype: "int16" });
      const times = await timed(steps, async () => readNifti(path), warmUp);
      return {
        times,
        size,
        fileMiB: Math.round(statSync(path).size / 2 ** 20),
        ...besides(path, steps, Math.min(...times)),
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** Milliseconds of nibabel at its fastest, for voxels as stored and as the float32 that readNifti gives, and how many times as long as the quicker one ours takes. */
function besides(path: string, steps: number, ours: number): Record<string, unknown> {
  const python = process.env.ARCO_PYTHON ?? "python3";
  try {
    const said = execFileSync(python, ["-c", script, path, String(steps)], { encoding: "utf8", stdio: "pipe" });
    const { version, stored, float32 }: { version: string; stored: number[]; float32: number[] } = JSON.parse(said);
    const nibabelMs = { stored: hundredths(Math.min(...stored)), float32: hundredths(Math.min(...float32)) };
    return { nibabel: version, nibabelMs, ratio: hundredths(ours / Math.min(nibabelMs.stored, nibabelMs.float32)) };
  } catch {
    return { nibabel: `not found with ${python}; set ARCO_PYTHON to a Python that has nibabel` };
  }
}

const script = `
import json, sys, time
import nibabel, numpy
def times(read):
    found = []
    for step in range(${warmUp} + int(sys.argv[2])):
        started = time.perf_counter()
        read(nibabel.load(sys.argv[1]))
        found.append(1000 * (time.perf_counter() - started))
    return found[${warmUp}:]
print(json.dumps({
    "version": nibabel.__version__,
    "stored": times(lambda image: numpy.asanyarray(image.dataobj)),
    "float32": times(lambda image: image.get_fdata(dtype=numpy.float32)),
}))`;

/** Smooth shapes with the noise of a scanner in whole numbers: it packs to two thirds, as scans do. */
function scan(size: number): Volume {
  const rng = stream(0, "bench", "reading");
  const noise = Float32Array.from({ length: 99_991 }, () => 30 * rng.normal()); // prime, and longer than gzip looks back
  const data = new Float32Array(slices * size * size);
  for (let z = 0, i = 0; z < slices; z++)
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++, i++)
        data[i] = Math.round(
          500 + 400 * Math.sin(x / 40) * Math.cos(y / 50) * Math.sin(z / 20) + noise[i % noise.length],
        );
  const affine = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 2, 0],
    [0, 0, 0, 1],
  ];
  return { data, shape: [slices, size, size], spacingMm: [2, 1, 1], affine, path: "" };
}
