import { Problem } from "../../problem.js";
import { blankness } from "./blank.js";
import { classesOf, sharesOf } from "./classes.js";
import type { Description } from "./description.js";
import type { Inspected } from "./inspecting.js";
import { copiesOf, odditiesOf, orientationsOf, ranges } from "./oddities.js";
import { type Listing, withList } from "./pairs.js";
import { type RecipeOptions, recipeOf } from "./recipe.js";
import { type SplitOptions, splitOf } from "./splitting.js";

/** What is written of an import: which cases, classes, split and preprocessing, and what was odd. Throws a Problem where too few cases are left. */
export function describe(
  name: string,
  { folders, oddities: leftOut, names, ignored, modality }: Listing,
  all: readonly Inspected[],
  asked: RecipeOptions & SplitOptions & { names?: ReadonlyMap<number, string> },
): Description {
  const whole = recipeOf(all, all, modality, asked).recipe;
  const blank = all.filter(({ range }) => blankness(range, whole) !== undefined);
  const copies = copiesOf(all.filter((one) => !blank.includes(one)));
  const cases = all.filter((one) => !copies.has(one.id) && !blank.includes(one));
  const oddities = [
    ...leftOut,
    ...blank.map(({ image, range }) => `image ${image} is blank: ${blankness(range, whole)}; it was left out`),
    ...[...copies].map(
      ([copy, first]) =>
        `${copy} has the voxels of ${first}; it was left out, so that no case is on both sides of the split`,
    ),
  ];
  const withLabel = cases.filter(({ label }) => label !== undefined);
  const ids = (some: readonly Inspected[]) => some.map(({ id }) => id);
  const bare = ids(cases.filter(({ label }) => label === undefined));
  const { classes, split } = explained(oddities, () => ({
    split: splitOf(ids(withLabel), bare, asked),
    classes: classesOf(withLabel, asked.names ?? names, ignored),
  }));
  const measured = cases.filter(({ id }) => !split.test.includes(id));
  const { recipe, decisions } = recipeOf(cases, measured, modality, asked);
  const across = "RAS".indexOf(recipe.orientation[2]); // sizes are along right, anterior, superior
  return {
    form: 1,
    name,
    folders,
    classes,
    ...(ignored !== undefined && { ignored }),
    recipe,
    split,
    cases: Object.fromEntries(
      cases.map(({ id, image, label, size, sha256 }) => [
        id,
        { image, ...(label && { label }), slices: size[across], sha256 },
      ]),
    ),
    decisions,
    oddities: [...oddities, ...odditiesOf(cases, { classes, split, recipe, ignored })],
    found: {
      classes: sharesOf(classes, withLabel),
      size: ranges(cases.map(({ size }) => size)),
      spacing: ranges(cases.map(({ spacingMm }) => spacingMm)),
      orientations: orientationsOf(cases),
    },
  };
}

/** Does something that fails where too few cases are left, and then says which were left out. */
function explained<T>(oddities: readonly string[], act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof Problem ? new Problem(withList(error.message, oddities)) : error;
  }
}
