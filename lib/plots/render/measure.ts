import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import { escapeHtml } from "./escapeHtml.js";
import type { Measure } from "./fit.js";
import { type Box, union } from "./transform.js";

const resolve = createRequire(import.meta.url).resolve;

/** The file of a cut of Open Sans: "700Bold". */
export const fontFile = (cut: string) => resolve(`@expo-google-fonts/open-sans/${cut}/OpenSans_${cut}.ttf`);

/** The font of every picture, brought along so that a picture is the same on every machine. */
export const font = {
  loadSystemFonts: false,
  fontFiles: ["400Regular", "400Regular_Italic", "700Bold"].map(fontFile),
  defaultFontFamily: "Open Sans",
  sansSerifFamily: "Open Sans",
};

/** Width of text as every picture draws it; tags in it have none. */
export const textWidth: Measure = (text, { size, bold = false }) =>
  advance(escapeHtml(text.replaceAll(/<\/?[a-z][^>]*>/g, "")), size, bold ? "bold" : "normal");

/** Height of Open Sans above and below its baseline, as a share of its size (the font's own hhea table). */
const ascent = 1.069;
const descent = 0.293;

/** What a browser's getBBox says of a text element and jsdom cannot: lines as plotly makes them (`tspan.line`), or one. */
export function textBox(text: Element): Box {
  const spans = [...text.children].filter((child) => child.getAttribute("class") === "line");
  const lines = spans.length > 0 ? spans : [text];
  const size = Number.parseFloat(styleOf(text, "font-size") ?? "12");
  const boxes = lines.flatMap((line, at) => {
    if (!line.textContent) return []; // nothing is drawn there
    const width = advance(line.innerHTML, size, styleOf(text, "font-weight") ?? "normal");
    const x = Number(line.getAttribute("x") ?? text.getAttribute("x") ?? 0);
    const anchor = styleOf(text, "text-anchor") ?? text.getAttribute("text-anchor");
    const shift = anchor === "middle" ? width / 2 : anchor === "end" ? width : 0;
    const y = Number(text.getAttribute("y") ?? 0) + at * 1.3 * size - ascent * size;
    return [{ x: x - shift, y, width, height: (ascent + descent) * size }];
  });
  return union(boxes);
}

const known = new Map<string, number>();

/** How far the pen moves: the ink of the text between two bars less the ink of the two bars alone. */
function advance(markup: string, size: number, weight: string): number {
  const key = `${size} ${weight} ${markup}`;
  const found = known.get(key) ?? ink(`|${markup}|`, size, weight) - ink("||", size, weight);
  known.set(key, found);
  return found;
}

function ink(markup: string, size: number, weight: string): number {
  const style = `font-family="Open Sans" font-size="${size}" font-weight="${weight}" xml:space="preserve"`;
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"><text ${style}>${markup}</text></svg>`;
  return new Resvg(picture, { font }).getBBox()?.width ?? 0;
}

/** A property from the element's own style or its nearest ancestor's. */
function styleOf(element: Element, property: string): string | undefined {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const value = new RegExp(`(?:^|;)\\s*${property}:\\s*([^;]+)`).exec(at.getAttribute("style") ?? "")?.[1];
    if (value) return value.trim();
  }
  return undefined;
}
