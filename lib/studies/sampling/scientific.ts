/** A number with one decimal and a power of ten, "2.2e−6"; 0 where it is nothing but rounding. */
export const scientific = (value: number): string =>
  Math.abs(value) < 1e-15 ? "0" : value.toExponential(1).replaceAll("-", "−");
