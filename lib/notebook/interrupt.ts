/** The signal that JupyterLab's Interrupt button aborts: read it once when a run begins. Outside a notebook it is never aborted. */
export function interruptSignal(): AbortSignal {
  const signal: unknown = Reflect.get(globalThis, Symbol.for("arco.signal"));
  return signal instanceof AbortSignal ? signal : new AbortController().signal;
}
