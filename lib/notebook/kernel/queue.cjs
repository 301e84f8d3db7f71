// Cells run one after the other. When one fails, those already sent are not run.
const { setImmediate, setTimeout } = require("node:timers/promises");
const { endWork, runCell } = require("./cells.cjs");
const { describeFailure } = require("./describe.cjs");
const { execute } = require("./execute.cjs");
const { remember } = require("./history.cjs");
const { direct } = require("./output.cjs");
const { refresh } = require("./reload.cjs");
const { shown } = require("./shown.cjs");

/** @import { Answer, Publish } from "./server.cjs" */

let count = 0;
let failures = 0;
/** @type {Promise<unknown>} */
let last = Promise.resolve();

/** @type {Answer} */
function executeRequest(request, publish) {
  const known = failures;
  const answer = last.then(() =>
    known === failures ? run(request, publish) : { status: "aborted", execution_count: count },
  );
  last = answer.catch(() => {});
  return answer;
}

/** No further cell runs; waits, at most `milliseconds`, until the one that does has ended and said so. @param {number} milliseconds */
async function endQueue(milliseconds) {
  failures++;
  await Promise.race([Promise.all([endWork(), last]), setTimeout(milliseconds)]);
  await setImmediate(); // its answer leaves
}

/** @param {Record<string, unknown>} request @param {Publish} publish */
async function run(
  { code: given, silent = false, store_history: isKept = !silent, stop_on_error: isLast = true },
  publish,
) {
  const code = String(given);
  if (!silent) {
    count++;
    publish("execute_input", { code, execution_count: count });
  }
  direct(publish);
  refresh();
  /** @type {import("./history.cjs").Entry} */
  const entry = { line: count, code };
  if (isKept && !silent) remember(entry);
  /** @type {import("./cells.cjs").Cell | undefined} */
  let cell;
  try {
    const data = await runCell(`cell[${count}]`, async (own) => {
      cell = own;
      const value = await execute(code, own);
      return value === undefined ? undefined : shown(value);
    });
    await setImmediate(); // Node tells of promises that nobody has caught
    if (data && !silent) publish("execute_result", { execution_count: count, data, metadata: {} });
    if (data) entry.output = String(data["text/plain"]);
    return { status: "ok", execution_count: count, user_expressions: {}, payload: [] };
  } catch (error) {
    const words = describeFailure(error, cell);
    publish("error", words);
    if (isLast) {
      await setTimeout(50); // for cells that are on their way
      failures++;
    }
    return { status: "error", execution_count: count, ...words };
  }
}

module.exports = { endQueue, executeRequest };
