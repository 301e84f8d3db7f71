import { laterOptions } from "../../benchmarks/kinds/slidingWindow.js";
import { methods } from "../../methods/index.js";
import { isLater } from "../../methods/options.js";
import { type Config, fieldOf, isRecord } from "./schema.js";

/** What watches a training without changing its result, as its config asks for it; undefined where it asks for nothing. */
interface Instruments {
  /** The variance ledger of a method that draws pixels, its option of that name. */
  ledger?: Readonly<Record<string, unknown>>;
}

function instrumentsOf({ options: { ledger } }: Config): Instruments {
  return isRecord(ledger) ? { ledger } : {};
}

/**
 * What decides the result of a run: its config without what only watches it, its weights without where they lie, and without options that came after other
 * runs were made and change nothing. Two runs with the same are the same run.
 */
export function identityOf(config: Config): Config {
  const { ledger, ...options } = config.options;
  return decisive({
    ...config,
    data: Object.fromEntries(Object.entries(config.data).filter(([key, value]) => laterOptions[key] !== value)),
    options: isRecord(ledger) ? options : config.options,
    ...(config.weights && { weights: { ...config.weights, file: "" } }),
  });
}

/** A config, or a pre-training in it, without later options that have their default, as far as its methods are registered here. */
function decisive<Part extends Config | NonNullable<Config["pretraining"]>>(part: Part): Part {
  const { method, options, pretraining } = part;
  return {
    ...part,
    options: Object.hasOwn(methods, method) ? withoutLater(options, methods[method].options) : options,
    pretraining: pretraining && decisive(pretraining),
  };
}

const withoutLater = (options: Config["options"], schema: unknown): Config["options"] =>
  Object.fromEntries(
    Object.entries(options).flatMap(([key, value]) => {
      const field = fieldOf(schema, key);
      if (isLater(field, value)) return [];
      return [[key, isRecord(value) ? withoutLater(value, field) : value]];
    }),
  );

/** Whether a run that was made with one config also holds what another, of the same identity, asks to be watched. */
export function watchesAsMuch(made: Config, asked: Config): boolean {
  const [has, wants] = [made, asked].map((config) => instrumentsOf(config).ledger);
  const [every, rare] = [has, wants].map((ledger) => (typeof ledger?.every === "number" ? ledger.every : 0));
  if (rare === 0) return true;
  return every > 0 && rare % every === 0 && has?.repeats === wants?.repeats && has?.directions === wants?.directions;
}
