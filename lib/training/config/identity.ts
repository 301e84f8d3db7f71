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
  return {
    ...config,
    options: decisive(config.method, isRecord(ledger) ? options : config.options),
    pretraining: config.pretraining && withoutLaterIn(config.pretraining),
    ...(config.weights && { weights: { ...config.weights, file: "" } }),
  };
}

function withoutLaterIn(first: NonNullable<Config["pretraining"]>): NonNullable<Config["pretraining"]> {
  return {
    ...first,
    options: decisive(first.method, first.options),
    pretraining: first.pretraining && withoutLaterIn(first.pretraining),
  };
}

/** Options of a method, if it is registered here, without later ones that have their default. */
const decisive = (method: string, options: Config["options"]): Config["options"] =>
  Object.hasOwn(methods, method) ? withoutLater(options, methods[method].options) : options;

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
