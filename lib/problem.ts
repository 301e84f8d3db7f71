/** An error its reader can act on: which file or field, what was found, what was expected, what to do. Printed without a stack. */
export class Problem extends Error {
  override name = "Problem";
}
