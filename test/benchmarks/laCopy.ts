import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stream } from "../../lib/engine/random.js";
import { writeH5 } from "../../lib/images/hdf5/index.js";
import { writeNrrd } from "../../lib/images/nrrd/index.js";
import type { Volume } from "../../lib/images/volume.js";
import { temporary } from "../temporary.js";

export const train = ["AAAAAAAAAAAAAAAAAAA1", "BBBBBBBBBBBBBBBBBBB2", "CCCCCCCCCCCCCCCCCCC3"];
export const tested = ["DDDDDDDDDDDDDDDDDDD4"];

/** Lists of three scans to train on and one to test. */
export function writeLists(): string {
  const folder = temporary("arco-la-lists-");
  writeFileSync(join(folder, "train_all.txt"), `${train.join("\n")}\n`);
  writeFileSync(join(folder, "test.txt"), `${tested.join("\n")}\n`);
  return folder;
}

/** A bright ellipsoid, not in the middle, on noise; sides differ, whole numbers. */
export function scan(id: string, [nx, ny, nz] = [40, 36, 20]): { image: Volume; label: Volume<Uint8Array> } {
  const rng = stream(0, id);
  const shape = [nz, ny, nx] as const;
  const data = new Float32Array(nx * ny * nz);
  const classes = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const [z, y, x] = [Math.floor(i / (nx * ny)), Math.floor(i / nx) % ny, i % nx];
    const inside = ((x - 0.4 * nx) / 9) ** 2 + ((y - 0.6 * ny) / 7) ** 2 + ((z - 0.5 * nz) / 6) ** 2 < 1;
    classes[i] = inside ? 1 : 0;
    data[i] = Math.round(60 + (inside ? 120 : 0) + 40 * rng.uniform());
  }
  const geometry = {
    shape,
    spacingMm: [0.625, 0.625, 0.625] as const,
    affine: [
      [-0.625, 0, 0, 10],
      [0, -0.625, 0, 20],
      [0, 0, 0.625, -30],
      [0, 0, 0, 1],
    ],
    path: id,
  };
  return { image: { data, ...geometry }, label: { data: classes, ...geometry } };
}

/** Values [z, y, x] as [x, y, z], as the processed files hold them. */
export function xFirst(values: ArrayLike<number>, [nz, ny, nx]: readonly number[]): number[] {
  return Array.from({ length: nx * ny * nz }, (_, i) => {
    const [x, y, z] = [Math.floor(i / (ny * nz)), Math.floor(i / nz) % ny, i % nz];
    return values[(z * ny + y) * nx + x];
  });
}

export const forms = ["UA-MT", "one file each", "challenge"] as const;

/** Writes the four scans (or others) in a form; of those named only the image can be read. Gives the folder. */
export async function writeCopy(
  form: (typeof forms)[number],
  { blind = [], ids = [...train, ...tested] }: { blind?: readonly string[]; ids?: readonly string[] } = {},
): Promise<string> {
  const folder = temporary("arco la ü-");
  for (const id of ids) {
    const { image, label } = scan(id);
    if (form === "challenge") {
      mkdirSync(join(folder, id), { recursive: true });
      writeNrrd(join(folder, id, "lgemri.nrrd"), image, { dtype: "uint8" });
      const path = join(folder, id, "laendo.nrrd");
      if (blind.includes(id)) writeFileSync(path, "not for you");
      else writeNrrd(path, { ...label, data: label.data.map((value) => 255 * value) });
      continue;
    }
    const place = form === "UA-MT" ? join(folder, "2018LA_Seg_Training Set", id) : folder;
    mkdirSync(place, { recursive: true });
    const shape = [...image.shape].reverse();
    await writeH5(
      join(place, form === "UA-MT" ? "mri_norm2.h5" : `${id}.h5`),
      {
        image: { data: Float32Array.from(xFirst(image.data, image.shape), (value) => value / 64 - 1), shape },
        ...(!blind.includes(id) && { label: { data: Uint8Array.from(xFirst(label.data, image.shape)), shape } }),
      },
      { compressed: true },
    );
  }
  return folder;
}
