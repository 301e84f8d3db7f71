import { readFile } from "node:fs/promises";
import subsetFont from "subset-font";
import { fontFile } from "./measure.js";

const weights = { normal: "400Regular", bold: "700Bold" } as const;

/** CSS that brings the figures' font along for the characters of some text: about 9 kB for each weight. */
export async function fontFaces(text: string): Promise<string> {
  const characters = [...new Set(text)].sort().join("");
  const faces = Object.entries(weights).map(async ([weight, name]) => {
    const whole = await readFile(fontFile(name));
    const options = { targetFormat: "woff2", noHinting: true, keepFeatures: ["kern"] } as const;
    const part = await subsetFont(whole, characters, options);
    const source = `url(data:font/woff2;base64,${part.toString("base64")}) format("woff2")`;
    return `@font-face { font-family: "Open Sans"; font-weight: ${weight}; src: ${source}; }`;
  });
  return (await Promise.all(faces)).join("\n");
}
