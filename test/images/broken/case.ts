/** A broken file: what it is, how it is read, how it is made, and the message of the Problem behind its path. `filled` fills in what is in braces. */
export type Case = [
  what: string,
  read: (path: string) => unknown,
  file: () => string | Promise<string>,
  message: string,
];
