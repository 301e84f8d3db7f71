// The .ts files beside a notebook: compiled with the cell that imports them, and loaded anew when they have changed.
const Module = require("node:module");
const path = require("node:path");

/** @import { SideOutput } from "tslab/dist/converter.js" */

/** @param {string} folder of the notebook */
function besides(folder) {
  /** @type {Map<string, string>} */
  const compiled = new Map(); // JavaScript by path
  /** @type {Map<string, NodeJS.Module>} */
  const loaded = new Map();

  /** @param {readonly SideOutput[]} files */
  const replace = (files) => {
    for (const { path: file, data } of files) {
      compiled.set(file, data);
      loaded.delete(file);
    }
  };

  /** @param {NodeJS.Require} original @param {string} from */
  const requiring = (original, from) =>
    new Proxy(original, {
      apply: (target, self, [name]) => {
        const file = path.resolve(from, path.extname(name) === "" ? `${name}.js` : name);
        const source = compiled.get(file);
        return source === undefined
          ? Reflect.apply(target, self, [name])
          : (loaded.get(file) ?? load(file, source)).exports;
      },
    });

  /** @param {string} file @param {string} source */
  const load = (file, source) => {
    const made = new Module(file);
    const at = path.dirname(file);
    loaded.set(file, made);
    Object.assign(made, { filename: file, paths: Module.createRequire(file).resolve.paths("x") });
    made.require = requiring(Module.createRequire(file), at);
    Reflect.apply(Reflect.get(made, "_compile"), made, [source, file]);
    return made;
  };

  return { replace, load: requiring(Module.createRequire(path.join(folder, "cell.js")), folder) };
}

module.exports = { besides };
