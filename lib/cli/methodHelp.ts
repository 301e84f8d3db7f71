/** The options of a method for `--help --method NAME`: default under protocol lab, what it may be, and what it means with the paper's symbol. */
export async function methodHelp(name: string): Promise<string> {
  const { lookUp } = await import("../lookUp.js");
  const { methods } = await import("../methods/index.js");
  const { changesOf, defaultsOf } = await import("../methods/options.js");
  const { optionRows } = await import("../methods/optionRows.js");
  const method = lookUp(methods, name, "method");
  const rows = optionRows(method).map(({ path, usual, allowed, meaning, symbol }) => [
    `  ${path}`,
    `${usual}`,
    allowed,
    [meaning, symbol && `(${symbol})`].filter(Boolean).join(" "),
  ]);
  const [paths, usual, allowed] = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map(([path, value, may, meaning]) =>
    `${path.padEnd(paths)}  ${value.padEnd(usual)}  ${may.padEnd(allowed)}  ${meaning}`.trimEnd(),
  );
  const { title, cite, pretraining, dimensions, volumes = {}, short = {} } = method;
  const onVolumes = changesOf(volumes, "lab");
  const words = (changes: object) =>
    Object.entries(changes)
      .map(([option, value]) => `${option} ${JSON.stringify(value)}`)
      .join(", ");
  return [
    "",
    `${title} (${name}): ${cite}`,
    `It takes ${dimensions.map((count) => (count === 3 ? "volumes" : "slices and photographs")).join(", ")}${pretraining ? ` and starts from ${pretraining}` : ""}.`,
    ...(method.tested ? [`Tested: ${method.tested(defaultsOf(method))}.`] : []),
    "Options (--option NAME=VALUE): default, what it may be, meaning",
    ...lines,
    ...(words(onVolumes) ? [`Defaults on volumes: ${words(onVolumes)}`] : []),
    ...(words(short) ? [`Defaults in the presets smoke and mini under protocol lab: ${words(short)}`] : []),
  ].join("\n");
}
