/** What a person can mend: shown as one message without a stack trace. */
export class Problem extends Error {
  name = "Problem";
}
