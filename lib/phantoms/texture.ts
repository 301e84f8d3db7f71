import { stream } from "../engine/random.js";

const bits = 16;

/** Side of the square tiles. */
const side = 1 << (bits / 2);

let known: { white: Float32Array; spotted: Float32Array; grain: Float32Array } | undefined;

/** Tables that every phantom reads from at places of its own: drawing a number for each voxel would take longer than all the rest. */
export function tables() {
  if (known) return known;
  const small = standard(blurred(drawn("small spots"), 1));
  const large = standard(blurred(blurred(drawn("large spots"), 6), 6));
  // CT: reconstruction passes middle frequencies, so noise is a grain of two or three pixels
  const fine = blurred(drawn("grain"), 1);
  const coarse = blurred(fine, 3).map((value) => value / 49);
  known = {
    white: drawn("white"),
    spotted: standard(large.map((value, i) => value + 0.6 * small[i])),
    grain: standard(fine.map((value, i) => value - coarse[i])),
  };
  return known;
}

const drawn = (name: string) => {
  const rng = stream(0, "phantom tables", name);
  return Float32Array.from({ length: 1 << bits }, () => rng.normal());
};

const knotMm = 12;

/** Fills `into` (rows of so many pixels) with smooth spots that change slowly with the height z in mm; mean 0, standard deviation 1 at every height. */
export function spots(into: Float32Array, width: number, z: number, start: number): void {
  const { spotted } = tables();
  const knot = Math.floor(z / knotMm);
  const angle = (Math.PI / 2) * (z / knotMm - knot);
  const [here, next] = [Math.cos(angle), Math.sin(angle)];
  const [a, b] = [knot, knot + 1].map((k) => start + 40503 * k); // each knot has a place of its own in the tile
  for (let i = 0, y = 0; i < into.length; y++)
    for (let x = 0; x < width; x++, i++) {
      const at = y * side + x;
      into[i] = here * spotted[(a + at) & 0xffff] + next * spotted[(b + at) & 0xffff];
    }
}

/** Box blur along both axes of a tile that repeats. */
function blurred(tile: Float32Array, radius: number): Float32Array {
  const along = (values: Float32Array, stride: number, lines: number) => {
    const out = new Float32Array(values.length);
    for (let line = 0; line < side; line++)
      for (let i = 0; i < side; i++) {
        let sum = 0;
        for (let k = -radius; k <= radius; k++) sum += values[line * lines + ((i + k) & (side - 1)) * stride];
        out[line * lines + i * stride] = sum;
      }
    return out;
  };
  return along(along(tile, 1, side), side, 1);
}

/** Mean 0 and standard deviation 1. */
function standard(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const scale = 1 / Math.sqrt(squares / values.length);
  return values.map((value) => (value - mean) * scale);
}
