import { Problem } from "../problem.js";
import { blocksInclusion, drawBlocks } from "./releasedBlocks.js";
import { drawReleasedGrid, releasedGrid, releasedGridInclusion } from "./releasedGrid.js";
import { checkDraw, groupsAt, plainMean, type Sampler } from "./sampler.js";

/** "SG" as the released code has it (`func='smc'`): a grid over the list of positions, not over the image, and equal quotas; biased in general. */
export const stratifiedReleased: Sampler = released(
  { name: "sgReleased", title: "SG as released", cite: "ARCO code, grid_monte_carlo_sample" },
  { antithetic: false },
);

/** "SAG" as the released code has it (`func='asmc'`), over the same grid. */
export const antitheticReleased: Sampler = released(
  { name: "sagReleased", title: "SAG as released", cite: "ARCO code, grid_as_monte_carlo_sample" },
  { antithetic: true },
);

/** The groups only label the draws. */
function released(
  words: { name: string; title: string; cite: string },
  { antithetic }: { antithetic: boolean },
): Sampler {
  const inclusionOf = (size: number, n: number) => {
    const grid = releasedGrid(size, n);
    return grid ? releasedGridInclusion(grid, size, n, { antithetic }) : blocksInclusion(size, n, { antithetic });
  };
  return {
    ...words,
    draw(population, groups, n, rng, { replacement = true, weights = "plain" } = {}) {
      checkReplacement(replacement);
      checkDraw(population, groups, n);
      const size = population.pixels.length;
      const grid = releasedGrid(size, n);
      const index = grid
        ? drawReleasedGrid(grid, size, n, rng, { antithetic })
        : drawBlocks(size, n, rng, { antithetic });
      if (weights === "plain") return plainMean(index, groups);
      const inclusion = inclusionOf(size, n);
      checkReach(inclusion);
      return {
        index,
        weight: Float32Array.from(index, (i) => 1 / size / inclusion[i]),
        group: groupsAt(index, groups),
      };
    },
    inclusion(population, groups, n, { replacement = true } = {}) {
      checkReplacement(replacement);
      checkDraw(population, groups, n);
      return inclusionOf(population.pixels.length, n);
    },
  };
}

function checkReplacement(replacement: boolean): void {
  if (!replacement)
    throw new Problem(
      "released sampler: found draws without replacement, expected with; the released code knows no other",
    );
}

function checkReach(inclusion: Float64Array): void {
  const lost = inclusion.filter((expected) => expected === 0).length;
  if (lost > 0)
    throw new Problem(
      `Horvitz–Thompson weights: found ${lost} of ${inclusion.length} positions that are never drawn, expected none; no weight can make up for them`,
    );
}
