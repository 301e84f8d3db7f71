/** Numbers between −1 and 1, a hash of each place and of k: `noise` of the scripts in fixtures/own. */
export function noise(shape: readonly number[], k: number): Float32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = new Float32Array(size);
  const start = Math.imul(k, 2246822519);
  for (let i = 0; i < size; i++) {
    let x = (Math.imul(i, 2654435761) + start) >>> 0;
    x ^= x >>> 15;
    x = Math.imul(x, 0x85ebca6b) >>> 0;
    x = (x ^ (x >>> 13)) >>> 0;
    values[i] = x / 2 ** 31 - 1;
  }
  return values;
}
