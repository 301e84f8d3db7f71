/** Mean and deviation of ImageNet's red, green and blue, for values from 0 to 1. */
export const standard = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

/** Red, green and blue as networks see them: standardised by the mean and deviation of ImageNet. */
export function standardised(data: Uint8Array): Float32Array {
  const values = new Float32Array(data.length);
  for (let c = 0; c < 3; c++) {
    const table = Float32Array.from(
      { length: 256 },
      (_, value) => (value / 255 - standard.mean[c]) / standard.deviation[c],
    );
    for (let i = c; i < data.length; i += 3) values[i] = table[data[i]];
  }
  return values;
}
