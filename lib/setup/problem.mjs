/** What a person can mend: shown as one message without a stack trace. */
export class Problem extends Error {
  /** @override */
  name = "Problem";
}

/**
 * The code of an error of the file system or of a process, such as "ENOENT".
 * @param {unknown} error
 */
export const codeOf = (error) => (error instanceof Error && "code" in error ? error.code : undefined);
