/** x' = a·x + c·y + e, y' = b·x + d·y + f: the order of SVG's matrix(). */
type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

const identity: Matrix = [1, 0, 0, 1, 0, 0];

/** A rectangle in pixels, y downwards. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The box around a box drawn in an element, as it lies in one of the element's ancestors (in the page where none is named). */
export function boxIn(ancestor: Element | null, element: Element, { x, y, width, height }: Box): Box {
  let matrix = identity;
  for (let at: Element | null = element; at && at !== ancestor; at = at.parentElement)
    matrix = times(parse(at.getAttribute("transform") ?? ""), matrix);
  const [a, b, c, d, e, f] = matrix;
  const corners = [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height],
  ];
  return union(corners.map(([x, y]) => ({ x: a * x + c * y + e, y: b * x + d * y + f, width: 0, height: 0 })));
}

/** The smallest box around boxes. */
export function union(boxes: readonly Box[]): Box {
  if (boxes.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

const times = ([a, b, c, d, e, f]: Matrix, [A, B, C, D, E, F]: Matrix): Matrix => [
  a * A + c * B,
  b * A + d * B,
  a * C + c * D,
  b * C + d * D,
  a * E + c * F + e,
  b * E + d * F + f,
];

/** The transforms that plotly writes: translate, scale and rotate (about a point). */
function parse(text: string): Matrix {
  let matrix = identity;
  for (const [, name, list] of text.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [first = 0, second, third] = list.split(/[\s,]+/).map(Number);
    if (name === "translate") matrix = times(matrix, [1, 0, 0, 1, first, second ?? 0]);
    if (name === "scale") matrix = times(matrix, [first, 0, 0, second ?? first, 0, 0]);
    if (name === "rotate") {
      const [cos, sin] = [Math.cos((first * Math.PI) / 180), Math.sin((first * Math.PI) / 180)];
      const [x, y] = [second ?? 0, third ?? 0];
      matrix = times(matrix, times([1, 0, 0, 1, x, y], times([cos, sin, -sin, cos, 0, 0], [1, 0, 0, 1, -x, -y])));
    }
  }
  return matrix;
}
