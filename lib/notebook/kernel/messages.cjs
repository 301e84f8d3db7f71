// Jupyter's messages that tslab does not send, or sends wrongly.
const jupyter = require("tslab/dist/jupyter.js");
const { TaskQueue } = require("tslab/dist/util.js");
const { ended, started } = require("./cell.cjs");
const { describe } = require("./describe.cjs");

const known = new Set(
  ["kernel_info", "execute", "is_complete", "inspect", "complete", "comm_info", "shutdown"].map(
    (name) => `${name}_request`,
  ),
);

function mendMessages() {
  const { prototype } = jupyter.ZmqServer;
  skipUnknown(prototype);
  prototype.handleCommInfoRequest = function (socket, message) {
    reply(this, message, "comm_info_reply", { status: "ok", comms: {} }, socket); // tslab labels it complete_reply
  };
  prototype.handleExecute = handleExecute;
  keepQueueClosed();
}

function reply(server, message, type, content, socket = server.iopub) {
  const answer = message.createReply();
  answer.header.msg_type = type;
  answer.content = content;
  answer.signAndSend(server.connInfo.key, socket);
}

/** Runs a cell: with its execution count when it starts, an `error` output when it fails, `aborted` when skipped. */
async function handleExecute(socket, message) {
  const { content: request } = message;
  request[started] = (count) => reply(this, message, "execute_input", { code: request.code, execution_count: count });
  const result = await this.handler.handleExecute(
    request,
    (name, text) => reply(this, message, "stream", { name, text }),
    (data, update) => reply(this, message, update ? "update_display_data" : "display_data", data),
  );
  if (result.status === "error") {
    const error = describe(request[ended] ?? { errors: [], isStopped: false });
    Object.assign(result, error);
    reply(this, message, "error", error);
    await drain(this.handler.execQueue);
  } else if (result.status === "abort") {
    result.status = "aborted";
  } else {
    Object.assign(result, { user_expressions: {}, payload: [] });
  }
  reply(this, message, "execute_reply", result, socket);
}

/**
 * After a failure all cells that were already sent are skipped, and none that is sent later: what is on its way is
 * awaited, then the queue opens again before the reply leaves. tslab by itself opens it 200 ms after the reply, and
 * would skip the next cell of a program that goes on after an expected error.
 */
async function drain(queue) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  queue.reset();
}

function keepQueueClosed() {
  const { reset } = TaskQueue.prototype;
  TaskQueue.prototype.reset = function (delay) {
    if (delay === undefined) reset.call(this);
  };
}

/** tslab complains in some cell's output about requests it does not know: they are dropped unseen. */
function skipUnknown(prototype) {
  const { handleShellMessage } = prototype;
  prototype.handleShellMessage = async function (socket, ...frames) {
    const start = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
    const { msg_type: type } = JSON.parse(frames[start + 2].toString()); // after the start: signature, then header
    if (known.has(type)) await handleShellMessage.call(this, socket, ...frames);
  };
}

module.exports = { mendMessages };
