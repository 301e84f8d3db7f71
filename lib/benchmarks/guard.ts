import { Problem } from "../problem.js";

/** Who may be looked at: the labels of unlabelled cases never; test cases only after `openTest()`, and training cases only before. */
export interface Guard {
  /** Throws a Problem if the case's image must not be read now. */
  image(id: string): void;
  /** Throws a Problem if the case's label must not be read now. */
  label(id: string): void;
  /** Ends the training of this opening: test cases may be read from now on, and training cases no more. */
  openTest(): void;
}

/**
 * The leak guard of one opening. Every reader asks it before it touches a file, so that an experiment cannot see,
 * for cropping or normalising either, what it claims not to have.
 */
export function leakGuard(cases: {
  labeled: Iterable<string>;
  unlabeled: Iterable<string>;
  validation: Iterable<string>;
  test: Iterable<string>;
}): Guard {
  const unlabeled = new Set(cases.unlabeled);
  const test = new Set(cases.test);
  const labels = new Set([...cases.labeled, ...cases.validation]);
  const images = new Set([...labels, ...unlabeled]);
  const training = new Set([...cases.labeled, ...unlabeled]);
  let testing = false;

  function check(id: string, what: string, allowed: ReadonlySet<string>): void {
    if (testing && training.has(id))
      throw new Problem(
        `${id}: its ${what} was asked for after the final evaluation had begun; nothing can be trained or chosen by then: open the benchmark anew`,
      );
    if (allowed.has(id) || (testing && test.has(id))) return;
    if (test.has(id))
      throw new Problem(
        `${id}: its ${what} was asked for before the final evaluation; it is a test case: call openTest() when training and every choice are done`,
      );
    if (unlabeled.has(id))
      throw new Problem(
        `${id}: its label was asked for, but it is one of the unlabelled cases; open the benchmark with more labelled cases to use it`,
      );
    throw new Problem(
      `${id}: its ${what} was asked for, but it is in no part of the split; use an id of the split lists`,
    );
  }

  return {
    image: (id) => check(id, "image", images),
    label: (id) => check(id, "label", labels),
    openTest: () => {
      testing = true;
    },
  };
}
