import { escapeHtml } from "../render/escapeHtml.js";
import { grey, hex } from "../render/theme.js";
import { type Camera, type Place, type Point, projection } from "./camera.js";
import { colorAt, viridis } from "./colorScale.js";

/** Heights over a rectangle. */
export interface Relief {
  /** A row for each y, from the viewer backwards; null is a hole. */
  heights: readonly (readonly (number | null)[])[];
  x: ReliefAxis;
  y: ReliefAxis;
  z: ReliefAxis;
}

/** What an axis is called, and its values at its two ends: left and right, front and back, bottom and top. */
export interface ReliefAxis {
  title: string;
  ends: readonly [number, number];
}

type View = ReturnType<typeof projection>;

/** A surface as SVG: colours by height, lit from the left, what is nearer drawn later (painter's algorithm). */
export function relief(shown: Relief, camera: Camera, { left, top, width, height }: Place): string {
  const view = projection(camera, { left: left + 66, top: top + 6, width: width - 130, height: height - 52 }); // room for words
  return [
    `<g fill="none" stroke="${grey.grid}">${walls(shown, view)}</g>`,
    `<g stroke-width="0.6" stroke-linejoin="round">${facets(shown, view)}</g>`,
    `<g font-family="Open Sans" font-size="12" fill="${grey.ink}">`,
    marks(shown.x, { view, place: (at) => [at, 0, 0], outwards: [0, -1, 0], anchor: "middle" }),
    marks(shown.y, { view, place: (at) => [1, at, 0], outwards: [1, 0, 0], anchor: "start" }),
    marks(shown.z, { view, place: (at) => [0, 0, at], outwards: [-1, 0, 0], anchor: "end" }),
    "</g>",
  ].join("");
}

/** The floor and the two walls behind the surface, with lines at the ticks. */
function walls({ x, y, z }: Relief, { at }: View): string {
  const line = (...points: Point[]) => `<path d="M${points.map((point) => pen(at(point))).join("L")}"/>`;
  return [
    ...ticks(x).map(({ share }) => line([share, 0, 0], [share, 1, 0], [share, 1, 1])),
    ...ticks(y).map(({ share }) => line([1, share, 0], [0, share, 0], [0, share, 1])),
    ...ticks(z).map(({ share }) => line([0, 0, share], [0, 1, share], [1, 1, share])),
  ].join("");
}

function facets({ heights, z }: Relief, { at, depth, light }: View): string {
  const [rows, columns] = [heights.length, heights[0].length];
  const level = (height: number) => (height - z.ends[0]) / (z.ends[1] - z.ends[0]);
  const found: { away: number; markup: string }[] = [];
  for (let row = 0; row + 1 < rows; row++)
    for (let column = 0; column + 1 < columns; column++) {
      const corners = [
        [0, 0],
        [0, 1],
        [1, 1],
        [1, 0],
      ].flatMap(([down, along]): Point[] => {
        const height = heights[row + down][column + along];
        return height === null ? [] : [[(column + along) / (columns - 1), (row + down) / (rows - 1), level(height)]];
      });
      if (corners.length < 4) continue; // beside a hole
      const [a, b, c, d] = corners;
      const mean = (a[2] + b[2] + c[2] + d[2]) / 4;
      const shade = 0.78 + 0.22 * light(minus(c, a), minus(d, b));
      const color = hex(colorAt(viridis, mean).map((part) => Math.round(part * shade)));
      found.push({
        away: depth([(a[0] + c[0]) / 2, (a[1] + c[1]) / 2, 0]),
        markup: `<path d="M${corners.map((corner) => pen(at(corner))).join("L")}Z" fill="${color}" stroke="${color}"/>`,
      });
    }
  return found
    .sort((one, other) => other.away - one.away)
    .map(({ markup }) => markup)
    .join("");
}

interface Marks {
  view: View;
  /** Where a share of the axis lies. */
  place: (share: number) => Point;
  outwards: Point;
  anchor: "start" | "middle" | "end";
}

/** The line of an axis, its ticks with their values, and its title. */
function marks(axis: ReliefAxis, { view: { at }, place, outwards, anchor }: Marks): string {
  const off = (share: number, pixels: number): [number, number] => {
    const [[x, y], [toX, toY]] = [at(place(share)), at(plus(place(share), outwards))];
    const length = Math.hypot(toX - x, toY - y);
    return [x + ((toX - x) * pixels) / length, y + ((toY - y) * pixels) / length];
  };
  const line = (from: [number, number], to: [number, number]) =>
    `<path d="M${pen(from)}L${pen(to)}" stroke="${grey.soft}" fill="none"/>`;
  const text = (words: string, [x, y]: [number, number], more = "") =>
    `<text x="${x.toFixed(1)}" y="${(y + 4).toFixed(1)}" text-anchor="${anchor}"${more}>${escapeHtml(words)}</text>`;
  const widest = Math.max(...ticks(axis).map(({ label }) => label.length));
  const title = off(0.5, anchor === "end" ? 24 + 7 * widest : 40);
  const turned = ` transform="rotate(-90 ${pen(title).replace(",", " ")})"`;
  return [
    line(at(place(0)), at(place(1))),
    ...ticks(axis).flatMap(({ share, label }) => [line(at(place(share)), off(share, 5)), text(label, off(share, 12))]),
    anchor === "end" ? text(axis.title, title, turned).replace(`"end"`, `"middle"`) : text(axis.title, title),
  ].join("");
}

/** Three to seven values at 1, 2 or 5 times a power of ten. */
function ticks({ ends: [first, last] }: ReliefAxis): { share: number; label: string }[] {
  const [low, high] = [Math.min(first, last), Math.max(first, last)];
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? rough;
  const from = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - from + 1 }, (_, i) => (from + i) * step).map(
    (value) => ({
      share: (value - first) / (last - first),
      label: String(Number(value.toPrecision(6))).replace("-", "−"),
    }),
  );
}

const pen = (point: readonly [number, number]) => point.map((part) => part.toFixed(1)).join(",");
const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const plus = (a: Point, b: Point): Point => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
