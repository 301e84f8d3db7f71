import { takesTwo } from "../../images/augment/mix.js";
import { Problem } from "../../problem.js";
import { type Config, isRecord } from "./schema.js";

/** How a method's options mix the images of a step with one another, in its strong view or else; undefined where they have no word for it. */
export function mixingIn(options: object): { path: "strong.mixing" | "mixing"; mixing: string } | undefined {
  const { strong, mixing }: Record<string, unknown> = { ...options };
  if (isRecord(strong) && typeof strong.mixing === "string") return { path: "strong.mixing", mixing: strong.mixing };
  return typeof mixing === "string" ? { path: "mixing", mixing } : undefined;
}

/**
 * Throws a Problem where images are to be mixed with one another and a step has one of them alone, which would stay as it is. They are the unlabelled ones, and the
 * labelled ones where these are seen strongly too, or where there are no others.
 */
export function checkMixing(
  { options, batch }: Pick<Config, "options" | "batch">,
  where: string,
  path: readonly string[] = [],
): void {
  const found = mixingIn(options);
  if (!found || !takesTwo(found.mixing)) return;
  const areLabeled = found.path === "mixing" ? batch.unlabeled === 0 : options.labeled === "strong";
  const alone = (["unlabeled", "labeled"] as const).find((of) => batch[of] === 1 && (of === "unlabeled" || areLabeled));
  if (!alone) return;
  const option = [...path, "options", found.path].join(".");
  throw new Problem(
    `${where}: ${[...path, "batch", alone].join(".")}: found 1, expected at least 2 for ${option} "${found.mixing}", which mixes them with one another; or set ${option} to none`,
  );
}
