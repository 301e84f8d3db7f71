/** One picture: a grey slice, and where there are any the classes of its pixels in truth and prediction. */
export interface Panel {
  /** What it shows: case, slice, arm, its Dice. Lines are parted by "\n". */
  title: string;
  image: ArrayLike<number>; // [height, width], row by row
  shape: readonly [number, number];
  /** Class of every pixel, 0 = background. */
  truth?: ArrayLike<number>;
  prediction?: ArrayLike<number>;
  /** Size of a pixel in mm, [height, width]; 1 and without a scale bar where it is left out. */
  spacingMm?: readonly [number, number];
  phantom?: boolean;
}

/** Size of a pixel, [height, width]. */
export const spacing = ({ spacingMm = [1, 1] }: Panel) => spacingMm;

/** Size of a panel in mm (in pixels where the size of a pixel is not known). */
export const extent = (panel: Panel) => ({
  high: panel.shape[0] * spacing(panel)[0],
  wide: panel.shape[1] * spacing(panel)[1],
});

/** What plotly writes after the x or y of a panel's axes: nothing for the first, 2 for the second. */
export const axisNumber = (at: number) => (at === 0 ? "" : at + 1);
