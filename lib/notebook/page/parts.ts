import type { Measure } from "../../plots/render/fit.js";
import { fontFamily } from "../../plots/render/theme.js";
import type { Plotly } from "./lab.js";

const { currentScript } = document;
const folder = new URL(".", currentScript instanceof HTMLScriptElement ? currentScript.src : location.href).href;

let parts: Promise<Plotly> | undefined;

/** What figures need, from where set-up has put it: plotly and the font. Fetched when the first figure is shown. */
export function loaded(): Promise<Plotly> {
  parts ??= Promise.all([script("plotly.min.js"), ...fonts.map(face)]).then(() => {
    const found: unknown = Reflect.get(window, "Plotly");
    if (isPlotly(found)) return found;
    throw new Error("plotly.min.js: found no plotly in it; run npm run setup again");
  });
  return parts;
}

const isPlotly = (value: unknown): value is Plotly => typeof value === "object" && value !== null && "react" in value;

const fonts = [
  ["400", "OpenSans_400Regular.ttf"],
  ["700", "OpenSans_700Bold.ttf"],
] as const;

async function face([weight, file]: readonly [string, string]): Promise<void> {
  document.fonts.add(await new FontFace("Open Sans", `url("${folder}${file}")`, { weight }).load());
}

/** Pixels of crisp pictures stay squares. */
const style = document.createElement("style");
style.textContent = ".arco-crisp image { image-rendering: pixelated; }";
document.head.append(style);

/** A script of the page's own: plotly would else look for a loader of modules. */
function script(file: string): Promise<void> {
  return new Promise((done, fail) => {
    const element = document.createElement("script");
    element.src = folder + file;
    element.onload = () => done();
    element.onerror = () => fail(new Error(`${element.src}: cannot be loaded; run npm run setup again`));
    document.head.append(element);
  });
}

const pen = document.createElement("canvas").getContext("2d");

/** Width of text as the page draws it; tags in it have none. */
export const measure: Measure = (text, { size, bold = false }) => {
  if (!pen) return 0.6 * size * text.length;
  pen.font = `${bold ? "bold " : ""}${size}px ${fontFamily}`;
  return pen.measureText(text.replaceAll(/<\/?[a-z][^>]*>/g, "")).width;
};
