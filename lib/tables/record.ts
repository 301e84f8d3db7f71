import type { RowComparison } from "./comparison.js";
import type { Sheet } from "./formats.js";
import type { ResultRow, TableResult } from "./result.js";

/** A row of a table for programs: what it was measured on is in every row, so that no number can be taken for another. */
export function tableRecord(
  result: TableResult,
  { title, notYet, runs, score, asd, assd, published, ...row }: ResultRow,
): Sheet["records"][number] {
  const { table, benchmark, labeled, preset, protocol, config, data, column } = result;
  const { fromPublished } = row;
  return {
    table,
    row: title,
    ours_updates: row.updates ?? null,
    state: notYet ? "not yet" : `${runs.length} of ${result.seeds.length * result.draws.length} trainings`,
    diverged: row.diverged.map(({ replicate }) => replicate).join("; "),
    failed: row.failed.join("; "),
    ours_ms_per_step: row.cost?.msPerStep ?? null,
    ours_peak_mib: row.cost?.peakMiB ?? null,
    ours_benchmark: benchmark,
    ours_phantom: data.phantom,
    ours_labeled: labeled,
    ours_preset: preset,
    ours_protocol: protocol,
    ours_changes: Object.keys(config).length > 0 ? JSON.stringify(config) : null,
    ours_other_code: row.otherCode ? Object.values(row.otherCode).join("; ") : null,
    ours_seeds: runs.map(({ seed }) => seed).join(" "),
    ours_draws: runs.map(({ metrics: { labeledSeed } }) => labeledSeed).join(" "),
    ours_sd_seeds: percent(row.spread.seeds),
    ours_sd_draws: percent(row.spread.draws),
    ours_dice_percent: data.measure === "Dice" ? percent(score.mean) : null,
    ours_dice_sd: data.measure === "Dice" ? percent(score.sd) : null,
    ours_miou_percent: data.measure === "mIoU" ? percent(score.mean) : null,
    ours_miou_sd: data.measure === "mIoU" ? percent(score.sd) : null,
    ours_mean_low: percent(score.interval?.[0]),
    ours_mean_high: percent(score.interval?.[1]),
    ours_best_on_validation: percent(row.bestOnValidation.n > 0 ? row.bestOnValidation.mean : undefined),
    ours_asd: asd.n > 0 ? asd.mean : null,
    ours_asd_sd: asd.sd ?? null,
    ours_assd: assd.n > 0 ? assd.mean : null,
    ours_distance_unit: data.unit,
    published_dataset: column.dataset,
    published_labeled: column.labeled,
    published_dice_percent: published?.dice ?? null,
    published_miou_percent: published?.miou ?? null,
    published_asd: published?.asd ?? null,
    published_asd_unit: published?.asdUnit ?? null,
    ours_minus_published: fromPublished?.points ?? null,
    ours_minus_published_low: fromPublished?.interval?.[0] ?? null,
    ours_minus_published_high: fromPublished?.interval?.[1] ?? null,
    ...comparisonRecord(row.comparison, ""),
    ...comparisonRecord(row.fromBaseline, "baseline_"),
  };
}

/** The fields of a comparison, named with a prefix. */
function comparisonRecord(one: RowComparison | undefined, prefix: string): Sheet["records"][number] {
  const { difference } = one?.pairs ?? {};
  const patients = one?.patients?.difference;
  const fields = {
    against: one?.against ?? null,
    difference: percent(difference?.mean),
    difference_low: percent(difference?.interval?.[0]),
    difference_high: percent(difference?.interval?.[1]),
    pairs: difference?.n ?? null,
    p_holm: one?.p ?? null,
    detectable_points: percent(one?.detectable),
    seeds_needed_least: finite(one?.seedsNeeded?.[0]),
    seeds_needed_most: finite(one?.seedsNeeded?.[1]),
    patients: patients?.n ?? null,
    patients_low: percent(patients?.interval?.[0]),
    patients_high: percent(patients?.interval?.[1]),
    published_difference: one?.publishedPoints ?? null,
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${prefix}${name}`, value]));
}

const percent = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : 100 * value);

/** Null where no number of seeds would do. */
const finite = (count: number | undefined) => (count !== undefined && Number.isFinite(count) ? count : null);
