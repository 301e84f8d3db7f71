import type { Attrs } from "./kernel.js";

/** How an output's place leads to the inputs', each [z, y, x]; an image is a volume of one plane. */
export interface Geometry {
  input: number[];
  kernel: number[];
  output: number[];
  strides: number[];
  pads: number[];
}

/** The geometry of a convolution [batch, …size, channels]; undefined for what no method uses: dilation, channels first. */
export function geometryOf(
  input: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations, dataFormat }: Attrs,
): Geometry | undefined {
  const rank = input.length - 2;
  const along = (value: unknown): number[] => {
    const list = [value ?? 1].flat() as number[];
    if (list.length === 1) return Array<number>(rank).fill(list[0]);
    return list.length === rank ? list : list.slice(1, 1 + rank);
  };
  if (along(dilations).some((dilation) => dilation !== 1) || dataFormat === "NCHW" || dataFormat === "NCDHW")
    return undefined;
  const axes = input.slice(1, 1 + rank).map((size, at) => {
    const [stride, length] = [along(strides)[at], filter[at]];
    if (pad === "same") {
      const out = Math.ceil(size / stride);
      return { size, length, stride, out, before: Math.floor(Math.max(0, (out - 1) * stride + length - size) / 2) };
    }
    const [before, after] =
      pad === "valid" ? [0, 0] : typeof pad === "number" ? [pad, pad] : (pad as number[][])[at + 1];
    return { size, length, stride, out: Math.floor((size + before + after - length) / stride) + 1, before };
  });
  if (rank === 2) axes.unshift({ size: 1, length: 1, stride: 1, out: 1, before: 0 });
  return {
    input: axes.map(({ size }) => size),
    kernel: axes.map(({ length }) => length),
    output: axes.map(({ out }) => out),
    strides: axes.map(({ stride }) => stride),
    pads: axes.map(({ before }) => before),
  };
}

/** The numbers of a geometry as a shader reads them. */
export function geometryUniforms({ input, kernel, output, strides, pads }: Geometry): Record<string, number> {
  const axes = (name: string, lengths: number[]) => lengths.map((length, at) => [`${name}${"ZYX"[at]}`, length]);
  return Object.fromEntries([
    ...axes("in", input),
    ...axes("kernel", kernel),
    ...axes("out", output),
    ...axes("stride", strides),
    ...axes("pad", pads),
  ]);
}
