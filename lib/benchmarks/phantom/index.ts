import { readFileSync } from "node:fs";
import { join } from "node:path";
import { phantoms as generators } from "../../phantoms/index.js";
import { acdc } from "../acdc/index.js";
import { readLists, trainingSlices } from "../acdc/lists.js";
import type { Benchmark } from "../benchmark.js";
import { cityscapes } from "../cityscapes/index.js";
import { la } from "../la/index.js";
import { lits } from "../lits/index.js";
import { mmwhs } from "../mmwhs/index.js";
import { mpMri } from "../mpMri/index.js";
import { pascal } from "../pascal.js";
import { dataFolder } from "../places.js";
import { sunRgbd } from "../sunRgbd.js";
import { type Plan, phantomBenchmark } from "./benchmark.js";

const numbered = (count: number, name: (number: number) => string, from = 1) =>
  Array.from({ length: count }, (_, i) => name(i + from));
const three = (number: number) => String(number).padStart(3, "0");
const patient = (n: number) => `case${three(n)}`;
const listed = (...path: string[]) =>
  readFileSync(`${join(dataFolder, "splits", ...path)}.txt`, "utf8")
    .split("\n")
    .filter(Boolean);

/** So many photographs of an official list, those of its labelled lists first; and so many to test. */
const photographsOf = (name: string, labeled: readonly string[], train: number, test: number) => [
  ...[...new Set([...labeled, "train_all"].flatMap((list) => listed(name, list)))].slice(0, train),
  ...listed(name, "test").slice(0, test),
];

// Eight cities to train on and one to validate, as the real ones are named; 40 and 50 photographs of each.
const cities = ["aachen", "bochum", "bremen", "cologne", "jena", "ulm", "weimar", "zurich"];
const street = (city: string, count: number) => numbered(count, (n) => `${city}_${String(n).padStart(6, "0")}_000019`);

let depths: ReadonlyMap<string, number> | undefined;

/** How many slices a patient's volumes have: of those that are trained on, the official lists say it. */
function acdcSlices(patient: string): number {
  depths ??= new Map(
    trainingSlices(readLists("official").train, false).map(({ case: volume, slices }) => [
      volume.split("_")[0],
      slices,
    ]),
  );
  return depths.get(patient) ?? 10;
}

const plans: readonly Omit<Plan, "phantom">[] = [
  { real: acdc, ids: () => numbered(100, (n) => `patient${three(n)}`), slices: acdcSlices, options: { size: 128 } },
  { real: lits, ids: () => numbered(131, String, 0), options: { size: 128 } },
  { real: mmwhs, ids: () => numbered(20, (n) => `mr_${n}`, 1001), options: { size: 128 } },
  { real: la, ids: () => [...listed("la", "train_all"), ...listed("la", "test")] },
  {
    real: mpMri,
    ids: () => [...numbered(100, patient), ...numbered(5, patient, 101), ...numbered(15, patient, 141)],
    options: { scale: 0.25 },
  },
  {
    real: cityscapes,
    ids: () => [...cities.flatMap((city) => street(city, 40)), ...street("munster", 50)],
    options: { lists: "found", width: 256, crop: 128 },
    labeledChoices: [3, 20, 50, 150, 320],
  },
  {
    real: pascal,
    ids: () => photographsOf("pascal", ["train_60", "train_200"], 320, 50),
    options: { lists: "found", crop: 128 },
    labeledChoices: [3, 60, 200, 320],
  },
  {
    real: sunRgbd,
    ids: () => photographsOf("sunrgbd", ["train_50", "train_150"], 320, 50),
    options: { lists: "found", width: 192, crop: 128 },
    labeledChoices: [3, 50, 150, 320],
  },
];

/** Phantoms of the eight benchmarks by the real one's name. */
export const phantomPlans: Readonly<Record<string, Plan>> = Object.fromEntries(
  plans.map((plan) => [plan.real.name, { ...plan, phantom: generators[plan.real.name] }]),
);

/** The same as benchmarks, by their own names ("phantom-acdc"): the real one's split, layout and rules, generated voxels. */
export const phantomBenchmarks: Readonly<Record<string, Benchmark>> = Object.fromEntries(
  Object.values(phantomPlans)
    .map(phantomBenchmark)
    .map((benchmark) => [benchmark.name, benchmark]),
);
