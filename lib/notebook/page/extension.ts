import { figureView } from "./figureView.js";
import type { Shared } from "./lab.js";

// What JupyterLab loads: a container of module federation, with the one module that draws figures. Set-up bundles it.
let shared: Shared | undefined;

window._JUPYTERLAB = {
  ...window._JUPYTERLAB,
  "arco-figures": {
    init(packages: Shared) {
      shared = packages;
    },
    async get() {
      const [widgets] = Object.values(shared?.["@lumino/widgets"] ?? {});
      const { Widget } = (await widgets.get())();
      const View = figureView(Widget);
      const extension = {
        id: "arco-figures:figures",
        dataType: "json",
        rank: 0,
        rendererFactory: {
          safe: true, // a figure is data: it is drawn in notebooks that are not trusted, too
          mimeTypes: ["application/vnd.plotly.v1+json"],
          createRenderer: () => new View(),
        },
      };
      return () => ({ __esModule: true, default: extension });
    },
  },
};
