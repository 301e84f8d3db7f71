// tslab compiles cells with a fork of TypeScript 5.0.4 that differs from it in the functions below alone. It is given the
// lab's own TypeScript instead, with those functions, before any module of tslab asks for the fork.
const Module = require("node:module");
const path = require("node:path");

/** @import ts from "typescript" */

/**
 * What TypeScript offers its own editor service, and does not declare.
 * @typedef {object} Internals
 * @property {(file: ts.SourceFile, position: number) => ts.Node} getTouchingPropertyName
 * @property {(node: ts.Node) => ts.ObjectLiteralElement | undefined} getContainingObjectLiteralElement
 * @property {(element: ts.ObjectLiteralElement, checker: ts.TypeChecker, type: ts.Type, unionSymbolOk: boolean) => ts.Symbol[]} getPropertySymbolsFromContextualType
 * @property {(node: ts.Node) => ts.Node | undefined} getContainerNode
 * @property {(node: ts.Node, file: ts.SourceFile) => ts.TextSpan} createTextSpanFromNode
 * @property {{ getSymbolDisplayPartsDocumentationAndSymbolKind: (checker: ts.TypeChecker, symbol: ts.Symbol, file: ts.SourceFile, enclosing: ts.Node | undefined, node: ts.Node) => object }} SymbolDisplay
 * @property {{ getCompletionsAtPosition: (...args: unknown[]) => ts.CompletionInfo | undefined }} Completions
 * @property {ts.TransformationContext} nullTransformationContext
 */
const ts = /** @type {typeof import("typescript") & Internals} */ (require("typescript"));

/**
 * The errors of some files, whatever the options of the program are.
 * @param {ts.Program} program
 * @param {readonly ts.SourceFile[]} files
 */
const getPreEmitDiagnosticsOfFiles = (program, files) =>
  ts.sortAndDeduplicateDiagnostics(
    files.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file).map(withoutLib),
      ...program.getDeclarationDiagnostics(file),
    ]),
  );

/**
 * Cells have no compiler options: where TypeScript says which `lib` knows a name, it is this Node that does not.
 * @template {ts.Diagnostic} D
 * @param {D} diagnostic
 * @returns {D}
 */
function withoutLib(diagnostic) {
  const { messageText: text } = diagnostic;
  if (typeof text !== "string") return diagnostic;
  const advice = / Do you need to change your target library\? .*'(.*)'.*/;
  const reason = (/** @type {string} */ _, /** @type {string} */ library) =>
    library === "dom"
      ? " Cells run in Node, not in a page."
      : ` It came with a later version than Node ${process.version}.`;
  return { ...diagnostic, messageText: text.replace(advice, reason) };
}

/**
 * What is under the cursor: its type and documentation.
 * @param {ts.SourceFile} file
 * @param {ts.TypeChecker} checker
 * @param {unknown} _token
 * @param {number} position
 */
function getQuickInfoAtPosition(file, checker, _token, position) {
  const node = ts.getTouchingPropertyName(file, position);
  const symbol = node === file ? undefined : symbolAt(node, checker);
  if (!symbol) return undefined;
  const enclosing = ts.getContainerNode(node);
  return {
    ...ts.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(checker, symbol, file, enclosing, node),
    textSpan: ts.createTextSpanFromNode(node, file),
  };
}

/**
 * The name of an option stands for the property that its function declares.
 * @param {ts.Node} node
 * @param {ts.TypeChecker} checker
 */
function symbolAt(node, checker) {
  const element = ts.getContainingObjectLiteralElement(node);
  const type = element && ts.isExpression(element.parent) ? checker.getContextualType(element.parent) : undefined;
  const properties = element && type ? ts.getPropertySymbolsFromContextualType(element, checker, type, false) : [];
  return properties.length === 1 ? properties[0] : checker.getSymbolAtLocation(node);
}

/**
 * @param {unknown} _host
 * @param {ts.Program} program
 * @param {unknown[]} rest
 */
const getCompletionsAtPositionForTslab = (_host, program, ...rest) =>
  ts.Completions.getCompletionsAtPosition(
    { getCompilationSettings: () => program.getCompilerOptions() },
    program,
    ...rest,
  );

/**
 * The folders node_modules/@types from a folder upwards.
 * @param {string} folder
 * @returns {string[]}
 */
function getDefaultTypeRoots(folder) {
  const above = path.dirname(folder);
  return [path.join(folder, "node_modules", "@types"), ...(above === folder ? [] : getDefaultTypeRoots(above))];
}

/** What tslab sees as TypeScript; its functions may be replaced. */
const seen = {
  ...ts,
  getPreEmitDiagnosticsOfFiles,
  getQuickInfoAtPosition,
  getDefaultTypeRoots,
  getNullTransformationContext: () => ts.nullTransformationContext,
  Completions: { ...ts.Completions, getCompletionsAtPositionForTslab },
};

const fork = Module.createRequire(require.resolve("tslab")).resolve("@tslab/typescript-for-tslab");
const substitute = new Module(fork);
substitute.exports = seen;
substitute.loaded = true;
require.cache[fork] = substitute;

module.exports = { ts, seen };
