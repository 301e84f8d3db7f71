// Compiles cells: tslab's converter, with what it lacks. It takes every .ts file that a cell imports, however far away, for
// part of the notebook: it would check and compile the whole library (8 s of the first import) and show a cell errors that
// are not its own. Here only files beside the notebook count; the library gives its types, and Node loads it.
const { existsSync } = require("node:fs");
const path = require("node:path");
const { ts, seen } = require("./typescript.cjs");
const { library } = require("./library.cjs");
const { rememberPositions } = require("./positions.cjs");
const { stopLoops } = require("./stopLoops.cjs");
const { awaits, hideAssigned, spellOut } = require("./variables.cjs");

/** @import { CompilerOptions, EmitAndSemanticDiagnosticsBuilderProgram, SourceFile, TranspileOptions, WatchCompilerHostOfFilesAndCompilerOptions, WriteFileCallback } from "typescript" */
/** @typedef {EmitAndSemanticDiagnosticsBuilderProgram} Builder */

const folder = process.cwd() + path.sep;
/** @param {string} file */
const isBeside = (file) => file.startsWith(folder) && !file.includes("/node_modules/");
const cellFile = `${folder}__tslab__.ts`; // as tslab calls it

/** @type {CompilerOptions} */
const options = {
  lib: library,
  types: ["node"],
  moduleResolution: ts.ModuleResolutionKind.Bundler, // as the library's own package names its types
  strict: false,
  sourceMap: true,
};

/**
 * Of the compilation at hand: the source maps by the JavaScript that they are of, the last step's first, and whether the cell awaits.
 * @type {Map<string, string[]>}
 */
const maps = new Map();
let isAsync = false;

/** @param {string[]} files @param {CompilerOptions} own @param {unknown[]} rest */
const createWatchCompilerHost = (files, own, ...rest) =>
  Reflect.apply(ts.createWatchCompilerHost, undefined, [files, { ...own, ...options }, ...rest]);

/**
 * TypeScript has several timers when files come and go beside the notebook; tslab has room for one, fires it at the next cell, and a second one ended the
 * kernel. Here all of them wait for that one.
 * @param {WatchCompilerHostOfFilesAndCompilerOptions<Builder>} host
 */
function joinTimers(host) {
  const { setTimeout: begin, clearTimeout: end } = host;
  /** @type {Set<{ run: () => void }>} */
  const pending = new Set();
  /** @type {unknown} */
  let timer;
  const runAll = () => {
    for (const one of pending) {
      pending.delete(one); // what it begins comes after it in the same loop
      one.run();
    }
    timer = undefined;
  };
  host.setTimeout = (callback, ms, ...rest) => {
    const one = { run: () => callback(...rest) };
    pending.add(one);
    timer ??= begin?.call(host, runAll, ms);
    return one;
  };
  host.clearTimeout = (one) => {
    pending.delete(one);
    if (pending.size > 0 || timer === undefined) return;
    end?.call(host, timer);
    timer = undefined;
  };
}

/** @param {WatchCompilerHostOfFilesAndCompilerOptions<Builder>} host */
function createWatchProgram(host) {
  joinTimers(host);
  const { createProgram } = host;
  host.createProgram = (files, own, compilerHost, ...rest) => {
    if (compilerHost) keepFiles(compilerHost);
    return mended(createProgram(files, own, compilerHost, ...rest));
  };
  return ts.createWatchProgram(host);
}

/**
 * What one cell imports, the next may complete: TypeScript forgets files that are gone alone, so that they are found when they come back.
 * @param {import("typescript").CompilerHost & { onReleaseOldSourceFile?: (file: SourceFile, ...rest: unknown[]) => void, isKeeping?: true }} host
 */
function keepFiles(host) {
  const { onReleaseOldSourceFile: release, isKeeping } = host;
  if (isKeeping) return;
  host.isKeeping = true;
  host.onReleaseOldSourceFile = (file, ...rest) => {
    if (!existsSync(file.fileName)) release?.call(host, file, ...rest);
  };
}

/** @param {string} source @param {TranspileOptions} own */
function transpileModule(source, own) {
  const result = ts.transpileModule(source, { ...own, compilerOptions: { ...own.compilerOptions, sourceMap: true } });
  const outputText = withoutAddress(result.outputText);
  maps.set(outputText, [result.sourceMapText ?? "", ...(maps.get(source) ?? [])]);
  return { ...result, outputText };
}

Object.assign(seen, { createWatchCompilerHost, createWatchProgram, transpileModule });

/** @param {Builder} builder */
function mended(builder) {
  const { getAllDependencies, emit } = builder;
  builder.getAllDependencies = (source) => getAllDependencies.call(builder, source).filter(isBeside);
  builder.emit = (source, write, token, onlyTypes, transformers) => {
    if (source?.fileName === cellFile) isAsync = awaits(source);
    const before = [stopLoops, spellOut(builder.getProgram().getTypeChecker()), hideAssigned];
    return emit.call(builder, source, keepingMaps(write), token, onlyTypes, { ...transformers, before });
  };
  builder.getProgram().getTypeChecker(); // finds the names that a cell declares, which tslab reads off its file
  return builder;
}

/** @param {WriteFileCallback | undefined} write @returns {WriteFileCallback} */
function keepingMaps(write) {
  let map = "";
  return (file, text, ...rest) => {
    if (file.endsWith(".map"))
      map = text; // comes before its file
    else if (!file.endsWith(".js")) write?.(file, text, ...rest);
    else {
      const bare = withoutAddress(text);
      maps.set(bare, [map]);
      write?.(file, bare, ...rest);
    }
  };
}

/** @param {string} text */
const withoutAddress = (text) => text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "");

const { createConverter, isCompleteCode } = require("tslab/dist/converter.js");
const converter = createConverter({ isJS: false, isBrowser: false });

/**
 * A cell as JavaScript, or the errors that it has. `title` is what a stack calls it.
 * @param {string} declarations of earlier cells
 * @param {string} code
 * @param {string} title
 */
function compile(declarations, code, title) {
  maps.clear();
  isAsync = false;
  const {
    output = "",
    declOutput = "",
    diagnostics,
    lastExpressionVar,
    sideOutputs = [],
  } = converter.convert(declarations, code);
  rememberPositions(title, { title, script: output, before: 1, maps: maps.get(output) });
  for (const { path: file, data: script } of sideOutputs) {
    const written = file.replace(/\.js$/, ".ts");
    const before = existsSync(written) ? 0 : 1; // else it is a cell that others import
    rememberPositions(file, { title: written, script, before, maps: maps.get(script) });
  }
  return { output, declarations: declOutput, diagnostics, last: lastExpressionVar, beside: sideOutputs, isAsync };
}

module.exports = { compile, converter, isCompleteCode };
