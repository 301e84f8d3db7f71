import type { Rng } from "../../engine/random.js";

/** An image and the classes in its mask. */
export interface ImageClasses {
  id: string;
  classes: ReadonlySet<number>;
}

/**
 * The order in which images are labelled, so that the first few show every class (ReCo's rule): after a shuffle, again and again the first image that holds one of the classes seen in
 * the fewest images so far, and at least as many classes as the middle one of all images as long as there is such an image.
 */
export function rarestFirst(images: readonly ImageClasses[], rng: Rng): string[] {
  const left = [...rng.permutation(images.length)].map((at) => images[at]);
  const sizes = images.map(({ classes }) => classes.size).sort((a, b) => a - b);
  const least = sizes[sizes.length >> 1] ?? 0;
  const seen = new Map<number, number>();
  const order: string[] = [];
  while (left.length > 0) {
    const counts = [...new Set(left.flatMap(({ classes }) => [...classes]))].map((one) => seen.get(one) ?? 0);
    const fewest = Math.min(...counts);
    const isRare = ({ classes }: ImageClasses) => [...classes].some((one) => (seen.get(one) ?? 0) === fewest);
    const rich = left.findIndex((image) => isRare(image) && image.classes.size >= least);
    const [next] = left.splice(Math.max(0, rich >= 0 ? rich : left.findIndex(isRare)), 1);
    for (const one of next.classes) seen.set(one, (seen.get(one) ?? 0) + 1);
    order.push(next.id);
  }
  return order;
}
