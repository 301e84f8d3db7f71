// How a cell meets the variables of earlier ones, and what the value of its last expression is.
const { ts } = require("./typescript.cjs");

/** @import { Expression, Node, SourceFile, TransformationContext, TypeChecker } from "typescript" */

/**
 * Writes `{ name }` as `{ name: exports.name }` where the variable is an earlier cell's: tslab keeps those in `exports`.
 * @param {TypeChecker} checker
 */
function spellOut(checker) {
  /** @param {import("typescript").ShorthandPropertyAssignment} node */
  const isEarlier = (node) =>
    checker
      .getShorthandAssignmentValueSymbol(node)
      ?.declarations?.some((one) => one.getSourceFile().fileName.endsWith("/__prev__.d.ts"));
  return (/** @type {TransformationContext} */ context) => {
    const { factory } = context;
    /** @type {(node: Node) => Node} */
    const visit = (node) =>
      ts.isShorthandPropertyAssignment(node) && isEarlier(node)
        ? factory.createPropertyAssignment(
            node.name.text,
            factory.createPropertyAccessExpression(factory.createIdentifier("exports"), node.name.text),
          )
        : ts.visitEachChild(node, visit, context);
    return (/** @type {SourceFile} */ source) => ts.visitEachChild(source, visit, context);
  };
}

/**
 * A cell shows the value of its last expression, but not that of an assignment: `x = 5` is written as `void (x = 5)`.
 * @param {TransformationContext} context
 */
function hideAssigned({ factory }) {
  return (/** @type {SourceFile} */ source) => {
    const last = source.statements.filter((statement) => !ts.isExportDeclaration(statement)).at(-1); // tslab adds one
    if (!last || !ts.isExpressionStatement(last) || !isAssignment(last.expression)) return source;
    const hidden = factory.updateExpressionStatement(last, factory.createVoidExpression(last.expression));
    return factory.updateSourceFile(
      source,
      source.statements.map((statement) => (statement === last ? hidden : statement)),
    );
  };
}

/**
 * @param {Expression} expression
 * @returns {boolean}
 */
function isAssignment(expression) {
  if (ts.isParenthesizedExpression(expression)) return isAssignment(expression.expression);
  if (ts.isPrefixUnaryExpression(expression) || ts.isPostfixUnaryExpression(expression))
    return [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(expression.operator);
  if (!ts.isBinaryExpression(expression)) return false;
  const { kind } = expression.operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/**
 * Whether a cell awaits something outside of its functions, `for await` and `await using` too: it runs as an async function then.
 * @param {Node} node
 * @returns {boolean}
 */
function awaits(node) {
  if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return false;
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
  if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing)
    return true;
  return ts.forEachChild(node, (child) => awaits(child) || undefined) ?? false;
}

module.exports = { spellOut, hideAssigned, awaits };
