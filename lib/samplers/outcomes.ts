import { permutationOf, type Rng } from "../engine/random.js";
import { Problem } from "../problem.js";

/** One value that a random function can return, with its probability. */
export interface Outcome<T> {
  probability: number;
  value: T;
}

/** Enumerates every outcome of a function of random whole numbers, with probabilities. Shuffles are not enumerated: no law here depends on the order of draws. */
export function* outcomes<T>(run: (rng: Rng) => T): Generator<Outcome<T>> {
  const tape: { choice: number; of: number }[] = [];
  for (;;) {
    let [at, probability] = [0, 1];
    const integer = (low: number, high: number) => {
      const of = high - low;
      if (of < 1)
        throw new Problem(`outcomes: found no whole number from ${low} to below ${high}, expected at least one`);
      if (at === tape.length) tape.push({ choice: 0, of });
      probability /= of;
      return low + tape[at++].choice;
    };
    const value = run({
      integer,
      integers(high, into) {
        for (let i = 0; i < into.length; i++) into[i] = integer(0, high);
      },
      permutation: (n) => permutationOf(n, integer),
      shuffle: () => {},
      uniform: () => assertCountable(),
      normal: () => assertCountable(),
    });
    yield { probability, value };
    while (tape.length > 0 && tape[tape.length - 1].choice === tape[tape.length - 1].of - 1) tape.pop();
    if (tape.length === 0) return;
    tape[tape.length - 1].choice++;
  }
}

function assertCountable(): never {
  throw new Problem(
    "outcomes: found a random number that is not whole, expected whole ones; the others have more outcomes than can be counted",
  );
}

/** Mean and variance of a number over all outcomes. */
export function moments<T>(run: (rng: Rng) => T, number: (value: T) => number): { mean: number; variance: number } {
  const all = [...outcomes(run)].map(({ probability, value }) => ({ probability, number: number(value) }));
  const mean = all.reduce((sum, { probability, number }) => sum + probability * number, 0);
  return { mean, variance: all.reduce((sum, { probability, number }) => sum + probability * (number - mean) ** 2, 0) };
}
