/** A number of points with its sign and one decimal, as a table shows it: "+1.2", "−0.3", "0.0". */
export function signed(points: number): string {
  const rounded = Number(points.toFixed(1));
  return `${rounded < 0 ? "−" : rounded > 0 ? "+" : ""}${Math.abs(rounded).toFixed(1)}`;
}
