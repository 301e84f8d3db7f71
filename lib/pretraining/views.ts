import type { PhotometricOptions } from "../images/augment/photometric.js";
import type { ViewRecipe } from "../images/augment/views.js";

/** Brightness, contrast and blur of the released pre-training. */
const strength: PhotometricOptions = { jitterProbability: 0.5, brightness: 0.2, contrast: 0.2, blurProbability: 0.5 };

/**
 * The views of student and teacher. "independent": augmentations of their own; "blurOnly": the same one, but only the teacher's images are blurred
 * (in the released code, because its jitter writes into the tensor that both read).
 */
export function relationalViews({
  views,
  quantise8,
}: {
  views: "independent" | "blurOnly";
  quantise8: boolean;
}): Record<"student" | "teacher", ViewRecipe> {
  const view = (whose: string, options: PhotometricOptions): ViewRecipe => ({
    of: "all",
    steps: [{ change: "photometric", stream: `relational ${whose} view`, ...options }],
  });
  const isShared = views === "blurOnly";
  return {
    student: view(isShared ? "shared" : "student", isShared ? { ...strength, blurProbability: 0 } : strength),
    teacher: view(isShared ? "shared" : "teacher", { ...strength, quantise8 }),
  };
}
