// The way out of one socket. Every message leaves, in the order in which it was posted. A cell may print faster than a page
// can draw: after a burst of messages, text for the same stream waits a moment for more of it and leaves as one message,
// and of updates of one display only the last leaves. What waits is little, and is never overtaken.

/** @import { Message } from "./wire.cjs" */

const burst = 100; // messages that leave at once,
const pace = 10; // then one every so many milliseconds
const most = 2 ** 20; // characters that wait at most

/** @param {(message: Message) => void} send hands a message to the socket, which takes it at once */
function outbox(send) {
  /** @type {{ message: Message, texts: string[], length: number } | undefined} */
  let waiting;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let credit = burst;
  let counted = performance.now();

  /** @param {Message} message */
  function post(message) {
    if (waiting && joins(waiting.message, message)) waiting.message = message;
    else {
      flush();
      if (!canWait(message)) return send(message);
      waiting = { message, texts: [], length: 0 };
    }
    const text = String(message.content.text ?? "");
    waiting.texts.push(text);
    waiting.length += text.length;
    if (hasCredit() || waiting.length > most) flush();
    else timer ??= setTimeout(flush, pace);
  }

  /** What waits leaves. */
  function flush() {
    clearTimeout(timer);
    timer = undefined;
    if (!waiting) return;
    const { message, texts } = waiting;
    waiting = undefined;
    credit = Math.max(0, credit - 1);
    send(isText(message) ? { ...message, content: { ...message.content, text: texts.join("") } } : message);
  }

  function hasCredit() {
    const now = performance.now();
    credit = Math.min(burst, credit + (now - counted) / pace);
    counted = now;
    return credit >= 1;
  }

  return { post, flush };
}

/** @param {Message} message */
const isText = ({ header }) => header.msg_type === "stream";
/** @param {Message} message */
const canWait = (message) => isText(message) || message.header.msg_type === "update_display_data";

/** @param {Message} message of a display */
const idOf = ({ content }) => Reflect.get(Object(content.transient), "display_id");

/** @param {Message} before @param {Message} after */
function joins(before, after) {
  const ids = [before, after].map(({ parent }) => Reflect.get(parent, "msg_id"));
  if (before.header.msg_type !== after.header.msg_type || ids[0] !== ids[1]) return false;
  if (isText(before)) return before.content.name === after.content.name;
  return idOf(before) === idOf(after);
}

module.exports = { outbox };
