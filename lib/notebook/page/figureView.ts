import type { Figure } from "../../plots/render/figure.js";
import { fitted } from "../../plots/render/fitted.js";
import { inTheme, themeColors } from "./colors.js";
import type { Model, Plot, Plotly, Renderer, Widget } from "./lab.js";
import { loaded, measure } from "./parts.js";

/** The view of a figure below its cell: live, as wide as there is room, in the colours of the theme; drawn anew when either changes. */
export const figureView = (Base: new () => Widget): (new () => Renderer) =>
  class extends Base {
    readonly place = document.createElement("div");
    readonly room = new ResizeObserver(() => void this.draw());
    readonly look = () => void this.draw();
    readonly theme = new MutationObserver(this.look);
    figure?: Figure;
    plotly?: Plotly;
    plot?: Plot;
    drawn = "";
    drawing = Promise.resolve();

    constructor() {
      super();
      this.addClass("arco-figure");
      this.node.append(this.place);
      this.node.style.overflow = "hidden";
      this.place.style.transformOrigin = "0 0";
      this.room.observe(this.node);
      this.theme.observe(document.body, { attributeFilter: ["data-jp-theme-name", "data-jp-theme-light"] });
      this.theme.observe(document.head, { childList: true });
      document.addEventListener("load", this.look, true); // of a theme's style sheet, which may come after its name
    }

    async renderModel({ data }: Model) {
      const figure = data["application/vnd.plotly.v1+json"];
      if (isDrawable(figure)) this.figure = figure;
      else this.node.replaceChildren(still(data["image/png"]));
      this.drawn = "";
      await this.draw();
    }

    override dispose() {
      this.room.disconnect();
      this.theme.disconnect();
      document.removeEventListener("load", this.look, true);
      this.plotly?.purge(this.place);
      super.dispose();
    }

    /** Draws, one drawing after the other, unless it would be the same again, or the cell is out of sight and so has no width. */
    draw() {
      const next = async () => {
        const width = Math.floor(this.node.clientWidth);
        const colors = themeColors();
        const wanted = [width, ...colors.values()].join();
        if (!this.figure || width === 0 || wanted === this.drawn) return;
        this.drawn = wanted;
        this.plotly = await loaded();
        const shown = fitted(atStep(this.figure, this.plot?.layout.sliders?.[0].active), width, measure);
        this.node.classList.toggle("arco-crisp", this.figure.fit?.grid?.isCrisp ?? false);
        const { data, layout, config } = inTheme(shown, colors);
        const scale = Math.min(1, width / layout.width);
        this.place.style.transform = scale < 1 ? `scale(${scale})` : "";
        this.place.style.width = `${layout.width}px`;
        this.node.style.height = `${Math.ceil(scale * layout.height)}px`;
        this.plot = await this.plotly.react(
          this.place,
          data,
          { ...layout, uirevision: "kept" },
          { ...config, responsive: false },
        );
      };
      this.drawing = this.drawing.then(next, next); // one that fails says so, and the next one is drawn all the same
      return this.drawing;
    }
  };

/** A figure with its slider where it was moved to. */
function atStep({ data, layout, ...rest }: Figure, active: number | undefined): Figure {
  const [slider] = layout.sliders ?? [];
  if (!slider || active === undefined) return { ...rest, data, layout };
  const [{ visible }] = slider.steps[active].args;
  return {
    ...rest,
    data: data.map((trace, at) => ({ ...trace, visible: visible[at] })),
    layout: { ...layout, sliders: [{ ...slider, active }] },
  };
}

/** Whether this page can draw a figure: a surface takes WebGL. */
const isDrawable = ({ data }: Figure) =>
  data.every(({ type }) => type !== "surface") || document.createElement("canvas").getContext("webgl") !== null;

function still(png = ""): HTMLElement {
  const picture = document.createElement("img");
  picture.src = `data:image/png;base64,${png}`;
  picture.style.maxWidth = "100%";
  return picture;
}
