import type { Volume } from "../../images/volume.js";
import type { Preprocessing } from "../benchmark.js";
import type { SlidingWindow } from "./slidingWindow.js";

/** A part of a grid of voxels: where it begins and how long it is, along z, y, x. */
export interface Box {
  begin: readonly number[];
  size: readonly number[];
}

/** How volumes of a 3D benchmark are brought to the network's form. */
export interface VolumeForm {
  slidingWindow: SlidingWindow;
  channels: 1 | 3;
  /** Its values as the network sees them. */
  normalised(image: Volume): Float32Array;
  /** The part that the network sees; what lies around it stays background. */
  boxOf(shape: readonly number[]): Box;
}

/** The whole of a grid. */
export const whole = (shape: readonly number[]): Box => ({ begin: [0, 0, 0], size: shape });

/** Volumes [z, y, x] as the V-Net sees them, [x, y, z, channels] as in the released code; labels are brought there, and class maps back, alike. */
export function volumePreprocessing({ slidingWindow, channels, normalised, boxOf }: VolumeForm): Preprocessing & {
  slidingWindow: SlidingWindow;
  labelToNetwork(label: Volume<Uint8Array>): Int8Array;
} {
  return {
    slidingWindow,
    toNetwork(image) {
      const box = boxOf(image.shape);
      const values = normalised(image);
      const seen = new Float32Array(voxels(box) * channels);
      turned(image.shape, box, (from, to) => {
        for (let c = 0; c < channels; c++) seen[to * channels + c] = values[from * channels + c];
      });
      return { slices: [seen], shape: [...box.size].reverse() };
    },
    labelToNetwork({ data, shape }) {
      const box = boxOf(shape);
      const seen = new Int8Array(voxels(box));
      turned(shape, box, (from, to) => {
        seen[to] = data[from];
      });
      return seen;
    },
    fromNetwork([map], { data: _, ...onto }) {
      const data = new Uint8Array(voxels(whole(onto.shape)));
      turned(onto.shape, boxOf(onto.shape), (to, from) => {
        data[to] = map[from];
      });
      return { ...onto, data };
    },
  };
}

const voxels = ({ size }: Box) => size[0] * size[1] * size[2];

/** Every voxel of a box: its place in the volume, where x runs fastest, and in the network's form, where z does. */
function turned(
  [, height, width]: readonly number[],
  { begin, size }: Box,
  visit: (inVolume: number, inNetwork: number) => void,
): void {
  const [nz, ny, nx] = size;
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) {
      const row = ((z + begin[0]) * height + y + begin[1]) * width + begin[2];
      for (let x = 0; x < nx; x++) visit(row + x, (x * ny + y) * nz + z);
    }
}
