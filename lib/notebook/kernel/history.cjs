// The cells of this session, as `history_request` asks for them: JupyterLab's console and its status look there.

/** @typedef {{ line: number, code: string, output?: string }} Entry */
/** @type {Entry[]} */
const entries = [];

/** @param {Entry} entry */
const remember = (entry) => entries.push(entry);

/**
 * Content of `history_reply`. There is one session, number 1; 0 and −1 mean it too.
 * @param {{ hist_access_type: string, output?: boolean, n?: number, pattern?: string, unique?: boolean, session?: number, start?: number, stop?: number | null }} request
 */
function history({ hist_access_type: access, output = false, ...request }) {
  const found = access === "range" ? range(request) : access === "search" ? search(request) : tail(entries, request.n);
  return {
    status: "ok",
    history: found.map(({ line, code, output: text = null }) => [1, line, output ? [code, text] : code]),
  };
}

/** @param {{ session?: number, start?: number, stop?: number | null }} request the line `stop` is left out */
function range({ session = 0, start = 1, stop }) {
  if (![-1, 0, 1].includes(session)) return [];
  return entries.filter(({ line }) => line >= start && (stop === undefined || stop === null || line < stop));
}

/** @param {{ pattern?: string, unique?: boolean, n?: number }} request `*` and `?` in the pattern as in names of files */
function search({ pattern = "*", unique = false, n }) {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const glob = new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
  const found = entries.filter(({ code }) => glob.test(code));
  const latest = new Map(found.map((entry) => [entry.code, entry])); // of equal cells the last
  return tail(unique ? found.filter((entry) => latest.get(entry.code) === entry) : found, n);
}

/** @param {readonly Entry[]} of @param {number | null} [n] */
const tail = (of, n) => (typeof n === "number" ? of.slice(Math.max(0, of.length - n)) : [...of]);

module.exports = { history, remember };
