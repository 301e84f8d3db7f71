/** What every figure is told. */
export interface Look {
  /** The finding, as a sentence. */
  title: string;
  /** What the marks are, how many seeds, which data. */
  subtitle?: string;
  /** Height of the plot, in pixels. */
  height?: number;
}

/** Where a title is left out, the figure says its own finding. */
export type Untitled = Omit<Look, "title"> & { title?: string };

/** What a layout follows from besides the width that is there: a figure carries it, so that a page can lay it out anew. */
export interface Fit extends Look {
  phantom?: boolean;
  /** Names of the entries of the legend, in their order; without them there is none. */
  legend?: readonly string[];
  /** Pixels beside and below the plot. */
  left?: number;
  right?: number;
  bottom?: number;
  /** Names of the rows of a plot, the first on top; a second name stands below in faint ink. They decide what is left free beside the plot. */
  rows?: readonly (readonly string[])[];
  /** Pictures side by side: they decide the height of the plot. */
  grid?: Grid;
  /** Titles at the positions of a slider. */
  steps?: readonly Look[];
  /** Pixels below which the figure is not laid out any narrower. */
  least?: number;
}

/** Pictures in rows; the axes of each have its number, and its heading is the annotation with its number. */
export interface Grid {
  columns: number;
  /** So many pictures belong together: the next ones begin a new line. */
  together?: number;
  /** Pixels between pictures. */
  gap: number;
  /** Widest that a picture becomes, in pixels. */
  most: number;
  /** Whether their pixels are shown as squares. */
  isCrisp?: boolean;
  /** Share of the plot that is left free at the right, for something else. */
  beside: number;
  panels: readonly { title: string /** Height over width. */; aspect: number }[];
}

/** Width of text in pixels, in the font of the figures. */
export type Measure = (text: string, font: { size: number; bold?: boolean }) => number;

/** Lines of at most so many pixels, broken at spaces; a longer word has a line of its own. */
export function wrap(text: string, width: number, measure: (text: string) => number): string[] {
  return text.split(/\s+/).reduce<string[]>((lines, word) => {
    const last = lines[lines.length - 1];
    if (last === undefined || measure(`${last} ${word}`) > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
    return lines;
  }, []);
}
