// tslab takes every .ts file that a cell imports, however far away, for part of the notebook: it would check and compile
// the whole library (8 s of the first import) and show a cell errors that are not its own. Here only files beside the
// notebook count; the library gives its types, and Node loads it. And tslab forgets that { name } may mean a variable of
// an earlier cell. Must come before tslab's own modules.
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
    const { emit } = builder;
    builder.emit = (source, write, token, onlyTypes, transformers) => {
      const expand = spellOut(builder.getProgram().getTypeChecker());
      return emit.call(builder, source, write, token, onlyTypes, { ...transformers, before: [expand] });
    };
    return builder;
  };
  return ts.createWatchProgram(host);
}

/** Writes `{ name }` as `{ name: exports.name }` where the variable is an earlier cell's: tslab keeps those in `exports`. */
function spellOut(checker) {
  const isEarlier = (node) =>
    checker
      .getShorthandAssignmentValueSymbol(node)
      ?.declarations?.some((one) => one.getSourceFile().fileName.endsWith("/__prev__.d.ts"));
  return (context) => {
    const { factory } = context;
    const visit = (node) =>
      ts.isShorthandPropertyAssignment(node) && isEarlier(node)
        ? factory.createPropertyAssignment(
            node.name.text,
            factory.createPropertyAccessExpression(factory.createIdentifier("exports"), node.name.text),
          )
        : ts.visitEachChild(node, visit, context);
    return (source) => ts.visitEachChild(source, visit, context);
  };
}

require.cache[file].exports = { ...ts, createWatchCompilerHost, createWatchProgram };
