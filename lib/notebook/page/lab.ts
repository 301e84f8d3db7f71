import type { Figure, Layout } from "../../plots/render/figure.js";

/** What of a Lumino widget a view of an output needs. */
export interface Widget {
  readonly node: HTMLElement;
  addClass(name: string): void;
  dispose(): void;
}

/** What JupyterLab asks of a view of an output. */
export interface Renderer extends Widget {
  renderModel(model: Model): Promise<void>;
}

/** An output in the forms that the notebook has of it, by MIME type. */
export interface Model {
  readonly data: { readonly "application/vnd.plotly.v1+json": Figure; readonly "image/png"?: string };
}

/** What of plotly is used in a page. */
export interface Plotly {
  react(place: HTMLElement, data: Figure["data"], layout: object, config: object): Promise<Plot>;
  purge(place: HTMLElement): void;
}

/** A plot in a page, with the layout that it has now. */
export interface Plot {
  layout: Partial<Layout>;
}

/** The packages that JupyterLab shares with its extensions, by name and version (module federation). */
export interface Shared {
  "@lumino/widgets": Record<string, { get(): Promise<() => { Widget: new () => Widget }> }>;
}

declare global {
  interface Window {
    _JUPYTERLAB?: Record<string, unknown>;
  }
}
