/** Scanners deliver 12 bits: up to this many distinct values are kept as 16-bit codes, exactly. */
const colors = 4096;

/** Values as codes into the list of the distinct ones, or as they are (an empty palette) where there are too many. */
export interface Coded {
  palette: Float32Array;
  codes: Uint16Array | Float32Array;
}

/** Codes of values in order of their first appearance, found by open addressing on the bits of the floats. */
export function codesOf(values: Float32Array): Coded {
  const slots = 4 * colors;
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const seen = new Int32Array(slots).fill(-1);
  const palette = new Float32Array(colors);
  const paletteBits = new Uint32Array(palette.buffer);
  const codes = new Uint16Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (i > 0 && bits[i] === bits[i - 1]) {
      codes[i] = codes[i - 1];
      continue;
    }
    let slot = Math.imul(bits[i], 0x9e3779b1) >>> 18; // golden ratio, top 14 bits
    while (seen[slot] >= 0 && paletteBits[seen[slot]] !== bits[i]) slot = (slot + 1) % slots;
    if (seen[slot] < 0) {
      if (count === colors) return { palette: new Float32Array(), codes: values };
      paletteBits[count] = bits[i];
      seen[slot] = count++;
    }
    codes[i] = seen[slot];
  }
  return { palette: palette.slice(0, count), codes };
}

/** The values of codes. */
export function valuesOf({ palette, codes }: Coded): Float32Array {
  if (codes instanceof Float32Array) return codes;
  const values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = palette[codes[i]];
  return values;
}
