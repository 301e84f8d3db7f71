// Listens on a kernel's sockets, answers what comes, and says busy and idle around each answer.
const { writeSync } = require("node:fs");
const { outbox } = require("./outbox.cjs");
const wire = require("./wire.cjs");

/** @import { Router } from "zeromq" */

/**
 * What a request is answered with; it may publish messages that belong to the request.
 * @typedef {(type: string, content: object) => void} Publish
 * @typedef {(content: Record<string, unknown>, publish: Publish) => object | Promise<object>} Answer
 */

/**
 * @param {{ transport: string, ip: string, key: string, [port: `${string}_port`]: number }} connection
 * @param {Readonly<Record<string, Answer>>} answers by type of the request
 * @returns a function that closes the sockets once all has left
 */
async function serve({ transport, ip, key, ...ports }, answers) {
  const zmq = require("zeromq");
  // A socket without a limit takes every message at once. With one, zeromq refuses the 513th that is sent in a row.
  const endless = { sendHighWaterMark: 0, sendTimeout: 0, linger: 1000 };
  const [shell, control, stdin] = [new zmq.Router(endless), new zmq.Router(endless), new zmq.Router(endless)];
  const iopub = new zmq.Publisher(endless);
  const heartbeat = new zmq.Reply({ linger: 0 });
  const sockets = { iopub, shell, control, stdin, hb: heartbeat };
  const published = outbox((message) => void iopub.send(wire.frames(message, key)).catch(complain));

  /** @param {Router} socket @param {Buffer[]} frames */
  async function handle(socket, frames) {
    const request = wire.read(frames, key);
    const { msg_type: type } = request.header;
    /** @param {object} content */
    const reply = (content) =>
      socket.send(wire.frames(wire.answer(request, type.replace("request", "reply"), content), key));
    /** @type {Publish} */
    const publish = (type, content) => published.post(wire.answer(request, type, content));
    publish("status", { execution_state: "busy" });
    try {
      const content = await answers[type]?.(request.content, publish); // what is not known is not answered
      published.flush();
      if (content) await reply(content);
    } catch (error) {
      complain(error);
      await reply({ status: "error", ename: "KernelError", evalue: String(error), traceback: [] });
    } finally {
      publish("status", { execution_state: "idle" });
    }
  }

  /** @param {Router} socket */
  async function listen(socket) {
    for await (const frames of socket) handle(socket, frames).catch(complain); // a cell runs while others ask
  }

  await Promise.all(
    Object.entries(sockets).map(([name, socket]) => socket.bind(`${transport}://${ip}:${ports[`${name}_port`]}`)),
  );
  for (const socket of [shell, control]) listen(socket).catch(complain);
  (async () => {
    for await (const beat of heartbeat) await heartbeat.send(beat);
  })().catch(complain);

  return () => {
    published.flush();
    for (const socket of Object.values(sockets)) socket.close();
  };
}

/** An error of the kernel itself goes to the terminal: no cell can show it. @param {unknown} error */
function complain(error) {
  writeSync(2, `${error instanceof Error ? error.stack : error}\n`);
}

module.exports = { complain, serve };
