/** One result in several forms, by MIME type: what shows it picks the richest it can. */
export type Bundle = Readonly<Record<string, unknown>> & { "text/plain": string };

/** With an id, a later bundle with `update` takes the place of the earlier one. */
export interface Place {
  id?: string;
  update?: boolean;
}

/** Whether this code runs in a notebook. */
export const isNotebook = () => typeof kernel() === "function";

/** Shows a bundle below the cell; outside a notebook its text goes to standard output. */
export function emit(bundle: Bundle, place: Place = {}): void {
  const send = kernel();
  if (typeof send === "function") send(bundle, place);
  else process.stdout.write(`${bundle["text/plain"]}\n`);
}

/** What the kernel's launcher offers (kernel/launch.cjs). */
const kernel = (): unknown => Reflect.get(globalThis, Symbol.for("arco.bundle"));
