/** What the script of one output is told. */
export interface Viewed {
  /** Of the element that holds the picture. */
  id: string;
  title: string;
  /** Files .nii.gz in base64. */
  image: string;
  mask: string;
  /** Of the classes by number. */
  colors: readonly { name: string; color: string }[];
}

/**
 * The script that puts NiiVue in the place of a picture. It makes all that NiiVue needs by itself: a page that runs no scripts shows the picture alone.
 * Where the page is not JupyterLab's, or cannot draw volumes (WebGL 2), the picture stays.
 */
export const viewerScript = (viewed: Viewed): string =>
  `(${view})(${JSON.stringify(viewed).replaceAll("<", "\\u003c")});`;

// Plain JavaScript, as the page runs it: this file is compiled for Node, whose helpers are not there.
const view = `async ({ id, title, image, mask, colors }) => {
  const place = [...document.querySelectorAll("#" + id)].find((one) => !one.dataset.live);
  const page = document.getElementById("jupyter-config-data");
  if (!place || !page || !document.createElement("canvas").getContext("webgl2")) return;
  place.dataset.live = "begun";
  const { fullLabextensionsUrl } = JSON.parse(page.textContent);
  window.arcoNiivue ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = fullLabextensionsUrl + "/arco-niivue/static/niivue.umd.js";
    script.onload = () => done(window.niivue);
    script.onerror = fail;
    document.head.append(script);
  });
  const { Niivue, NVImage } = await window.arcoNiivue;
  const make = (name, style, ...inside) => {
    const element = document.createElement(name);
    element.style.cssText = style;
    element.append(...inside);
    return element;
  };
  const canvas = make("canvas", "outline:none");
  const legend = colors.slice(1).flatMap(({ name, color }) => [" ", make("b", "color:" + color, "■"), " " + name]);
  place.replaceChildren(
    make("b", "", title),
    ...legend,
    make("div", "height:560px;background:#000", canvas),
    make("small", "", "Click or drag: crosshair. Wheel: next slice. Drag in the 3D view: turn it. Right drag: brightness and contrast."),
  );
  const part = (from) => colors.map(({ color }) => parseInt(color.slice(from, from + 2), 16));
  const shown = new Niivue({ dragAndDropEnabled: false, isColorbar: false, loadingText: "", logLevel: "error", show3Dcrosshair: true, crosshairWidth: 0.3, multiplanarShowRender: 1, multiplanarLayout: 2 });
  await shown.attachToCanvas(canvas);
  const scan = await NVImage.loadFromBase64({ base64: image, name: "scan.nii.gz" });
  const classes = await NVImage.loadFromBase64({ base64: mask, name: "mask.nii.gz", opacity: 0.6 });
  classes.setColormapLabel({ R: part(1), G: part(3), B: part(5), A: colors.map((_, number) => (number ? 255 : 0)), I: colors.map((_, number) => number), labels: colors.map(({ name }) => name) });
  shown.addVolume(scan);
  if (colors.length > 1) shown.addVolume(classes);
  shown.setSliceType(shown.sliceTypeMultiplanar);
  place.dataset.live = "yes";
}`;
