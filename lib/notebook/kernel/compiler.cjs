// tslab takes every .ts file that a cell imports, however far away, for part of the notebook: it would check and compile
// the whole library (8 s of the first import) and show a cell errors that are not its own. Here only files beside the
// notebook count; the library gives its types, and Node loads it. Must come before tslab's own modules.
const path = require("node:path");
const { createRequire } = require("node:module");

const file = createRequire(require.resolve("tslab")).resolve("@tslab/typescript-for-tslab");
const ts = require(file);
const folder = process.cwd() + path.sep;
const isBeside = (name) => name.startsWith(folder) && !name.includes("/node_modules/");

function createWatchCompilerHost(files, options, ...rest) {
  return ts.createWatchCompilerHost(files, { ...options, types: ["node"] }, ...rest);
}

function createWatchProgram(host) {
  const { createProgram } = host;
  host.createProgram = (...args) => {
    const builder = createProgram(...args);
    const { getAllDependencies } = builder;
    builder.getAllDependencies = (source) => getAllDependencies.call(builder, source).filter(isBeside);
    return builder;
  };
  return ts.createWatchProgram(host);
}

require.cache[file].exports = { ...ts, createWatchCompilerHost, createWatchProgram };
