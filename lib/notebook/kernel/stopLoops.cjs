// An interrupt ends the loops of a cell: each turn of every loop looks whether the cell was stopped on whose behalf it runs.
// A function looks up that cell when it is called (cells.cjs), for it may be called by a later cell than its own.
const { ts } = require("./typescript.cjs");

/**
 * Writes `while (true) await next();` as `const stop = globalThis[Symbol.for("arco.stop")]();` at the head of the function
 * and `while (true) { if (stop.isStopped) throw stop.reason; await next(); }`.
 * @param {import("typescript").TransformationContext} context
 */
function stopLoops(context) {
  const { factory } = context;
  return (/** @type {import("typescript").SourceFile} */ source) => {
    const stop = factory.createUniqueName("stop");
    let hasLoop = false; // in the function at hand, not in those inside it

    /** @type {(node: import("typescript").Node) => import("typescript").Node} */
    const visit = (node) => {
      if (isScope(node)) return scope(node);
      if (!ts.isIterationStatement(node, false)) return ts.visitEachChild(node, visit, context);
      hasLoop = true;
      return ts.visitEachChild(node, (child) => (child === node.statement ? turn(child) : visit(child)), context);
    };

    /** @param {import("typescript").Block} block */
    const scope = (block) => {
      const outer = hasLoop;
      hasLoop = false;
      const visited = ts.visitEachChild(block, visit, context);
      const result = hasLoop ? factory.updateBlock(visited, [lookUp(), ...visited.statements]) : visited;
      hasLoop = outer;
      return result;
    };

    /** @param {import("typescript").Node} body */
    const turn = (body) => {
      const visited = visit(body);
      if (ts.isBlock(visited)) return factory.updateBlock(visited, [look(), ...visited.statements]);
      return factory.createBlock(ts.isStatement(visited) ? [look(), visited] : [look()], true);
    };

    const lookUp = () => {
      const key = factory.createElementAccessExpression(factory.createIdentifier("globalThis"), symbol());
      const found = factory.createCallExpression(key, undefined, []);
      const declaration = factory.createVariableDeclaration(stop, undefined, undefined, found);
      return factory.createVariableStatement(
        undefined,
        factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const),
      );
    };
    const symbol = () => {
      const name = factory.createPropertyAccessExpression(factory.createIdentifier("Symbol"), "for");
      return factory.createCallExpression(name, undefined, [factory.createStringLiteral("arco.stop")]);
    };
    const look = () =>
      factory.createIfStatement(
        factory.createPropertyAccessExpression(stop, "isStopped"),
        factory.createThrowStatement(factory.createPropertyAccessExpression(stop, "reason")),
      );

    const visited = ts.visitEachChild(source, visit, context);
    return hasLoop ? factory.updateSourceFile(visited, [lookUp(), ...visited.statements]) : visited;
  };
}

/**
 * @param {import("typescript").Node} node
 * @returns {node is import("typescript").Block}
 */
const isScope = (node) =>
  ts.isBlock(node) && (ts.isFunctionLike(node.parent) || ts.isClassStaticBlockDeclaration(node.parent));

module.exports = { stopLoops };
