/** One picture: a slice or a photograph, and where there are any the classes of its pixels in truth and prediction. */
export interface Panel {
  /** What it shows: case, slice, arm, its Dice. Lines are parted by "\n". */
  title: string;
  /** Grey values, or red, green and blue of each pixel side by side. */
  image: ArrayLike<number>; // [height, width] or [height, width, 3], row by row
  shape: readonly [number, number];
  /** The values drawn black and bright; where left out, those below and above which one in a hundred lies. */
  window?: readonly [number, number];
  /** Class of every pixel, 0 = background. */
  truth?: ArrayLike<number>;
  prediction?: ArrayLike<number>;
  /** Classes where there is no truth to compare with: drawn as outlines, under their bare names. */
  mask?: ArrayLike<number>;
  /** Size of a pixel in mm, [height, width]; 1 and without a scale bar where it is left out. */
  spacingMm?: readonly [number, number];
  /** The part that is shown; all of it where left out. */
  view?: View;
  phantom?: boolean;
}

/** Size of a pixel, [height, width]. */
export const spacing = ({ spacingMm = [1, 1] }: Pick<Panel, "spacingMm">) => spacingMm;

/** A window of an image: the first row and column shown, and those that follow the last ones. */
export interface View {
  rows: readonly [number, number];
  columns: readonly [number, number];
}

/** What is shown of a panel, in mm (in pixels where the size of a pixel is not known). */
export interface Extent {
  x: readonly [number, number];
  y: readonly [number, number];
  high: number;
  wide: number;
}

/** The window that holds all of a panel. */
export const whole = ({ shape: [height, width] }: Pick<Panel, "shape">): View => ({
  rows: [0, height],
  columns: [0, width],
});

/** The place of a window, of the whole panel by default. */
export function extent(panel: Panel, { rows, columns }: View = whole(panel)): Extent {
  const [rowSize, columnSize] = spacing(panel);
  const [left, right] = columns.map((column) => column * columnSize);
  const [top, bottom] = rows.map((row) => row * rowSize);
  return { x: [left, right], y: [top, bottom], high: bottom - top, wide: right - left };
}

/** The window around the pixels of a mask that are not 0, with a margin where the image goes on; all of the image where there are none. */
export function viewAround(mask: ArrayLike<number>, shape: readonly [number, number], margin: number): View {
  const places = Array.from(mask, (value, i) => (value > 0 ? i : -1)).filter((i) => i >= 0);
  const window = (indices: readonly number[], size: number) =>
    [Math.max(0, least(indices) - margin), Math.min(size, 1 - least(indices.map((i) => -i)) + margin)] as const;
  if (places.length === 0) return whole({ shape });
  const rows = places.map((i) => Math.floor(i / shape[1]));
  const columns = places.map((i) => i % shape[1]);
  return { rows: window(rows, shape[0]), columns: window(columns, shape[1]) };
}

const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b)); // more than fit in a call of Math.min
