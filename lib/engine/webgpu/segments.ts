import { as, type Info, mend, run, sizeOf } from "./kernel.js";

/** Sums of rows by segment, which is the gradient of a gather. TensorFlow.js transposes before and after, which of a long vector is too much for one of its shaders. */
export function mendSegments(): void {
  mend("UnsortedSegmentSum", () => ({ x, segmentIds }, { numSegments }) => {
    const inner = x.shape.slice(segmentIds.shape.length);
    const sums = sumOf(x, segmentIds, numSegments as number, sizeOf(inner));
    return as(sums, [numSegments as number, ...inner]);
  });
}

function sumOf(x: Info, segmentIds: Info, segments: number, inner: number): Info {
  const isFloat = x.dtype === "float32";
  // WGSL adds whole numbers atomically; a float is exchanged for its sum until no other thread was faster
  const add = isFloat
    ? `
      var old = atomicLoad(&result[place]);
      loop {
        let swapped = atomicCompareExchangeWeak(&result[place], old, bitcast<i32>(bitcast<f32>(old) + f32(x[index])));
        if (swapped.exchanged) { break; }
        old = swapped.old_value;
      }`
    : "atomicAdd(&result[place], i32(x[index]));";
  return run({
    name: `segment sum ${x.dtype}`,
    inputs: { x, segmentIds },
    uniforms: { inner, segments },
    threads: sizeOf(x.shape),
    isAdded: true,
    shape: [segments, inner],
    dtype: isFloat ? "float32" : "int32",
    code: `
      let segment = i32(segmentIds[index / uniforms.inner]);
      if (segment >= 0 && segment < uniforms.segments) {
        let place = segment * uniforms.inner + index % uniforms.inner;
        ${add}
      }`,
  });
}
