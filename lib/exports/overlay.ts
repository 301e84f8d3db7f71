import { png } from "../plots/render/png.js";
import { missingForOverlays, testOverlays } from "../reports/pictures.js";
import type { RunRecord } from "../runs/records.js";
import type { Picture } from "./tensorboard/event.js";

/** Truth and prediction of a finished run on three of its test cases, as a PNG; undefined where it is not finished, or its data are not at hand. */
export async function overlayOf({ folder, metrics, config }: RunRecord): Promise<Picture | undefined> {
  if (!metrics) return undefined;
  const group = { title: config.method, runs: [{ folder, seed: config.seed, metrics }] };
  if (missingForOverlays([group]) !== undefined) return undefined;
  const picture = Buffer.from(png(await testOverlays([group])));
  return { png: picture, width: picture.readUInt32BE(16), height: picture.readUInt32BE(20) }; // as the header of a PNG has them
}
