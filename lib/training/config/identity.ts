import { type Config, isRecord } from "./schema.js";

/** What watches a training without changing its result, as its config asks for it; undefined where it asks for nothing. */
interface Instruments {
  /** ARCO's variance ledger. */
  ledger?: Readonly<Record<string, unknown>>;
}

function instrumentsOf({ method, options }: Config): Instruments {
  const { ledger } = options;
  return method === "arco" && isRecord(ledger) ? { ledger } : {};
}

/** What decides the result of a run: its config without what only watches it. Two runs with the same are the same run. */
export function identityOf(config: Config): Config {
  if (instrumentsOf(config).ledger === undefined) return config;
  const { ledger, ...options } = config.options;
  return { ...config, options };
}

/** Whether a run that was made with one config also holds what another, of the same identity, asks to be watched. */
export function watchesAsMuch(made: Config, asked: Config): boolean {
  const [has, wants] = [made, asked].map((config) => instrumentsOf(config).ledger);
  const [every, rare] = [has, wants].map((ledger) => (typeof ledger?.every === "number" ? ledger.every : 0));
  if (rare === 0) return true;
  return every > 0 && rare % every === 0 && has?.repeats === wants?.repeats && has?.directions === wants?.directions;
}
