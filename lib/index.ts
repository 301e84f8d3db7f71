// The public names, by folder.

export type { Benchmark, Opened } from "./benchmarks/benchmark.js";
export { benchmarks } from "./benchmarks/index.js";
export type { Network, Output } from "./encoders/network.js";
export { fromTorch } from "./encoders/torch.js";
export { unet } from "./encoders/unet.js";
export { lossAndGradients } from "./engine/gradients.js";
export { tensorCount } from "./engine/memory.js";
export { countParameters, flatten, trainable } from "./engine/params.js";
export { type Rng, stream } from "./engine/random.js";
export { type Engine, type EngineKind, startEngine } from "./engine/start.js";
export { testOverlays } from "./experiments/pictures.js";
export { planSheet } from "./experiments/planSheet.js";
export { publishedSheet } from "./experiments/publishedSheet.js";
export { quickstart } from "./experiments/quickstart.js";
export { readLog } from "./experiments/records.js";
export { writeReport } from "./experiments/report.js";
export { tableRows, testDice, trainingLoss, validationDice } from "./experiments/rows.js";
export { biases, biasFinding, biasRows } from "./experiments/sampling/bias.js";
export { constructedFields, exactFindings, exactRows, exactVariances } from "./experiments/sampling/exact.js";
export { gainFindings, gainRows, gains } from "./experiments/sampling/gains.js";
export { groupingFinding, groupingRows, groupings } from "./experiments/sampling/groupings.js";
export { countDraws, inclusionFindings, inclusionPanels, inclusionRows } from "./experiments/sampling/inclusion.js";
export { largestStructure, lossFields } from "./experiments/sampling/lossField.js";
export { negativeDraws, negativeFindings, negativeRows, queryVariances } from "./experiments/sampling/negativeDraws.js";
export { fullestSliceOf } from "./experiments/sampling/slice.js";
export { sliceDraws } from "./experiments/sampling/sliceDraws.js";
export { symmetryFinding, symmetryStudy } from "./experiments/sampling/symmetry.js";
export { trainedSteps } from "./experiments/sampling/trainedSteps.js";
export { agreement, varianceAgainstGroups, varianceAgainstPixels } from "./experiments/sampling/varianceStudy.js";
export { type StepApart, takeApart } from "./experiments/stepApart.js";
export { stepCosts } from "./experiments/stepCosts.js";
export { eventRows, populationRows } from "./experiments/stepEvents.js";
export {
  chosenNegatives,
  chosenQueries,
  confidences,
  loadedImages,
  pseudoLabels,
  strongViews,
} from "./experiments/stepPictures.js";
export { distanceFromLog, termRows } from "./experiments/stepTerms.js";
export { planTable, reproduceTable, type TableOptions as ReproduceOptions } from "./experiments/table.js";
export { tableConclusion } from "./experiments/tableConclusion.js";
export type { TableResult } from "./experiments/tableResult.js";
export { seedSentences, sheetView, tableDifferences, tableView } from "./experiments/tableView.js";
export { trainRun } from "./experiments/trainRun.js";
export { readNifti, readNiftiLabel, writeNifti } from "./images/nifti.js";
export type { Geometry, Volume } from "./images/volume.js";
export { consistency } from "./losses/consistency.js";
export { dice } from "./losses/dice.js";
export { supervised } from "./losses/supervised.js";
export { methods } from "./methods/index.js";
export type { Batch, Method, Setup, Trainer } from "./methods/method.js";
export { type EmptyPolicy, type Score, score, scoreVolume } from "./metrics/score.js";
export { summarise } from "./metrics/summarise.js";
export { interruptSignal } from "./notebook/interrupt.js";
export { parameters } from "./notebook/parameters.js";
export { progress } from "./notebook/progress.js";
export { show } from "./notebook/show.js";
export { table } from "./notebook/table.js";
export { type Optimizer, type OptimizerOptions, optimizer } from "./optimizers/optimizer.js";
export { rampUp, rateAt } from "./optimizers/schedule.js";
export { audit } from "./paper/audit.js";
export { deviations } from "./paper/deviations.js";
export { published } from "./paper/published.js";
export { bars } from "./plots/bars.js";
export { contactSheet } from "./plots/contactSheet.js";
export { curves } from "./plots/curves.js";
export { drawnPixels } from "./plots/drawnPixels.js";
export type { Figure } from "./plots/figure.js";
export { inclusionMap } from "./plots/inclusionMap.js";
export { overlay } from "./plots/overlay.js";
export { pairedDifference } from "./plots/pairedDifference.js";
export { pairedDifferences } from "./plots/pairedDifferences.js";
export { spread } from "./plots/spread.js";
export { stepCost } from "./plots/stepCost.js";
export { varianceCurves } from "./plots/varianceCurves.js";
export { Problem } from "./problem.js";
export { holm } from "./statistics/correction.js";
export { type Paired, paired } from "./statistics/paired.js";
export { seedsNeeded } from "./statistics/seedsNeeded.js";
export { type Summary, summary } from "./statistics/summary.js";
export { loadCheckpoint, saveCheckpoint } from "./training/checkpoint.js";
export { resolveConfig } from "./training/config.js";
export { type Progress, train } from "./training/loop.js";
