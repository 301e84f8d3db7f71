import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { DOMWindow } from "jsdom";
import type { Figure } from "./figure.js";
import { textBox } from "./measure.js";
import { type Box, boxIn, union } from "./transform.js";

const require = createRequire(import.meta.url);

interface Plotly {
  newPlot(div: Element, data: Figure["data"], layout: Figure["layout"], config: object): Promise<unknown>;
  purge(div: Element): void;
  Snapshot: { toSVG(div: Element, format: "svg"): string };
}

let page: { window: DOMWindow; plotly: Plotly } | undefined;

/**
 * A figure as a standalone SVG picture, drawn by plotly in a page without a browser (0.7 s for the first, then some 0.1 s);
 * surfaces are taken from the figure's still. The same figure always gives the same text.
 */
export function svg(figure: Figure): string {
  page ??= open();
  const { window, plotly } = page;
  seed(window, figure);
  const div = window.document.createElement("div");
  window.document.body.append(div);
  const flat = figure.data.filter(({ type }) => type !== "surface");
  const { data, layout } = structuredClone({ data: flat, layout: figure.layout }); // plotly writes into what it is given
  const settled = plotly.newPlot(div, data, layout, { staticPlot: true }); // all of a 2D figure is drawn before it returns
  void settled.then(() => plotly.purge(div)); // what is left to it is bookkeeping
  const { width, height } = figure.layout;
  const drawn = plotly.Snapshot.toSVG(div, "svg").replace("<svg ", `<svg viewBox="0 0 ${width} ${height}" `);
  const picture = figure.fit?.grid?.isCrisp
    ? drawn.replaceAll("<image ", '<image image-rendering="optimizeSpeed" ')
    : drawn;
  div.remove();
  return figure.still ? picture.replace(/<\/svg>$/, `${scene(figure.layout, figure.still)}</svg>`) : picture;
}

/** The still of a scene, where the scene would be. */
function scene(
  { scene, width, height, margin: { l, r, t, b } }: Figure["layout"],
  still: NonNullable<Figure["still"]>,
) {
  const { x, y } = scene?.domain ?? { x: [0, 1], y: [0, 1] };
  const [wide, high] = [width - l - r, height - t - b];
  const place = `x="${l + x[0] * wide}" y="${t + (1 - y[1]) * high}" width="${(x[1] - x[0]) * wide}" height="${(y[1] - y[0]) * high}"`;
  return `<svg class="still" ${place} viewBox="0 0 ${still.width} ${still.height}">${still.markup}</svg>`;
}

/** A page of jsdom that knows plotly and the sizes of text. Loaded when first needed: jsdom takes half a second. */
function open() {
  const { JSDOM, VirtualConsole }: typeof import("jsdom") = require("jsdom");
  const { window } = new JSDOM("<!doctype html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: false,
    virtualConsole: new VirtualConsole(),
  });
  const texts = (element: Element) =>
    (element.localName === "text" ? [element] : [...element.getElementsByTagName("text")]).filter(
      (text) => text.textContent,
    );
  /** The text inside an element, in the coordinates of an ancestor (null: of the page). */
  const box = (element: Element, ancestor: Element | null): Box =>
    union(texts(element).map((text) => boxIn(ancestor, text, textBox(text))));
  const stub = (prototype: object, name: string, value: unknown) =>
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
  stub(window.SVGElement.prototype, "getBBox", function (this: Element) {
    return box(this, this);
  });
  stub(window.SVGElement.prototype, "getComputedTextLength", function (this: Element) {
    return box(this, this).width;
  });
  stub(window.Element.prototype, "getBoundingClientRect", function (this: Element) {
    const { x, y, width, height } = box(this, null);
    return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
  });
  stub(window.HTMLCanvasElement.prototype, "getContext", () => null);
  stub(window.URL, "createObjectURL", () => "");
  window.eval(readFileSync(require.resolve("plotly.js-cartesian-dist-min/plotly-cartesian.min.js"), "utf8"));
  const plotly: Plotly = window.Plotly;
  return { window, plotly };
}

/** Plotly draws the ids of its clip paths at random: give the page's Math.random a sequence that follows from the figure. */
function seed(window: DOMWindow, figure: Figure): void {
  const digest = createHash("sha256")
    .update(JSON.stringify([figure.data, figure.layout]))
    .digest();
  let draws = 0;
  window.Math.random = () => {
    const bytes = createHash("sha256").update(digest).update(String(draws++)).digest();
    return bytes.readUInt32BE(0) / 2 ** 32;
  };
}
