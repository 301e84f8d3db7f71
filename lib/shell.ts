/** A word as a shell takes it, for commands in messages. */
export const inShell = (word: string): string =>
  /^[\w./:=@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
