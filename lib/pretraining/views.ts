import type { PhotometricOptions } from "../images/augment/photometric.js";
import type { ViewRecipe } from "../images/augment/views.js";

/**
 * The views of student and teacher. "independent": augmentations of their own; "blurOnly": the same one, but only the teacher's images are blurred
 * (in the released code, because its jitter writes into the tensor that both read); "identical": the same one (there its blur of volumes does so, too).
 */
export function relationalViews({
  views,
  jitter,
  quantise8,
}: {
  views: "independent" | "blurOnly" | "identical";
  jitter: number;
  quantise8: boolean;
}): Record<"student" | "teacher", ViewRecipe> {
  const view = (whose: string, options: PhotometricOptions): ViewRecipe => ({
    of: "all",
    steps: [{ change: "photometric", stream: `relational ${whose} view`, ...options }],
  });
  const strength: PhotometricOptions = {
    jitterProbability: 0.5,
    brightness: jitter,
    contrast: jitter,
    blurProbability: 0.5,
  };
  const stream = (whose: string) => (views === "independent" ? whose : "shared");
  return {
    student: view(stream("student"), views === "blurOnly" ? { ...strength, blurProbability: 0 } : strength),
    teacher: view(stream("teacher"), { ...strength, quantise8 }),
  };
}
