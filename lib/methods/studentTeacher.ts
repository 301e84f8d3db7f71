import { maskSeeds } from "../engine/ops/dropout.js";
import { average } from "../engine/ops/update.js";
import { copy, copyStatistics, disposeParams, flatten, type Params, trainableByPath } from "../engine/params.js";
import { type Rng, stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import type { Encoder, Mode, Network, Output } from "../networks/network.js";
import { networkOf, type Setup, startFrom } from "./method.js";

/** A network or a part of one: a function of images and parameters. */
export interface Module<Out> {
  init(rng: Rng): Params;
  apply(params: Params, image: tf.Tensor, mode: Mode): Out;
}

/** A network, or its encoder alone, with its parameters: a student or a teacher. */
export interface Model<Out = Output> {
  network: Module<Out>;
  params: Params;
  /** Training mode at a step; `pass` names the forward pass where a step has several, each with its own dropout masks. */
  mode(step: number, ...pass: (string | number)[]): Mode;
  /** The forward pass in that mode; further calls continue the sequence of dropout masks. */
  at(step: number, ...pass: (string | number)[]): (image: tf.Tensor) => Out;
  /** What a checkpoint holds of it, by path. */
  variables: Record<string, tf.Variable>;
  dispose(): void;
}

/** A network with trained variables. */
export interface Student<Out = Output> extends Model<Out> {
  trained: Record<string, tf.Variable>;
}

/** A student that is a whole network. */
export interface SegmentationStudent extends Student {
  network: Network;
  /** Logits in evaluation mode. */
  predict(image: tf.Tensor): tf.Tensor;
}

/** How a teacher's forward passes are run, as the option of that name says. */
export type TeacherMode = "train" | "eval";

/** A network whose weights are the moving average of a student's. */
export interface Teacher<Out = Output> extends Model<Out> {
  /** Moves it towards the student: teacher ← momentum·teacher + (1 − momentum)·student. Its running statistics are its own in mode "train", which moves them, and the student's in mode "eval", which does not. */
  follow(momentum: number): void;
}

/**
 * The network of a setup with random or pre-trained weights. A second one needs a name of its own: its variables are "name/…",
 * its weights and masks come from random streams of that name.
 */
export function studentOf(setup: Setup<object>, name = "model"): SegmentationStudent {
  const network = networkOf(setup);
  const made = newStudent(setup, network, name);
  if (name === "model") startFrom(made.variables, encoderPaths(network, made.params), setup.start);
  return {
    ...made,
    predict: (image) => tf.tidy(() => network.apply(made.params, image, { training: false }).logits),
  };
}

/** A student that is an encoder alone; its output is a pyramid of maps, fine to coarse. */
export interface EncoderStudent extends Student<tf.Tensor[]> {
  network: Encoder;
}

/** The encoder alone of a setup's network, with the initial weights it has within the whole network, or pre-trained ones. */
export function encoderStudentOf(setup: Setup<object>, name = "model"): EncoderStudent {
  const made = newStudent(setup, networkOf(setup).encoder, name);
  if (name === "model") startFrom(made.variables, Object.keys(made.variables), setup.start);
  return made;
}

/** A student of any module, with random weights; see `studentOf` for its name. */
export function newStudent<Out, Part extends Module<Out> = Module<Out>>(
  setup: Setup<object>,
  network: Part & Module<Out>,
  name = "model",
): Student<Out> & { network: Part } {
  const isFirst = name === "model";
  const params = network.init(isFirst ? stream(setup.seed, "init") : stream(setup.seed, "init", name));
  const made = model(setup, network, params, { name, masks: isFirst ? "student" : name });
  return { ...made, network, trained: trainableByPath(params, `${name}/`) };
}

/** A teacher that starts from the student's weights. In mode "train" it uses batch statistics and dropout, in mode "eval" running statistics and none. */
export function teacherOf<Out>(
  setup: Setup<object>,
  of: Student<Out>,
  { mode = "train", name = "teacher" }: { mode?: TeacherMode; name?: string } = {},
): Teacher<Out> {
  const params = of.network.init(stream(setup.seed, "init"));
  copy(params, of.params);
  const made = model(setup, of.network, params, { name, masks: name, training: mode === "train" });
  return {
    ...made,
    follow(momentum) {
      average(params, of.params, momentum);
      if (mode === "eval") copyStatistics(params, of.params);
    },
  };
}

/** The variables of a student and of the average of it that is tested: the average's are "model/…", the student's "student/…". */
export function averageTested(student: Pick<Student, "variables">, average: Pick<Teacher, "variables">) {
  const under = (name: string, [path, variable]: [string, tf.Variable]) => [path.replace(/^[^/]+/, name), variable];
  const [network, others] = [true, false].map((isNetwork) =>
    Object.entries(student.variables).filter(([path]) => path.startsWith("model/") === isNetwork),
  );
  return {
    variables: Object.fromEntries([
      ...Object.entries(average.variables).map((one) => under("model", one)),
      ...network.map((one) => under("student", one)),
      ...others,
    ]) as Record<string, tf.Variable>,
  };
}

/** The moving average of a student's weights, from which the student learns nothing. */
export function averageOf(setup: Setup<object>, of: SegmentationStudent) {
  const teacher = teacherOf(setup, of, { mode: "eval", name: "average" });
  return {
    ...teacher,
    predict: (image: tf.Tensor) =>
      tf.tidy(() => teacher.network.apply(teacher.params, image, { training: false }).logits),
  };
}

function model<Out>(
  { seed }: Setup<object>,
  network: Module<Out>,
  params: Params,
  { name, masks, training = true }: { name: string; masks: string; training?: boolean },
): Model<Out> {
  const mode: Model["mode"] = (step, ...pass) =>
    training ? { training: true, masks: maskSeeds(seed, masks, step, ...pass) } : { training: false };
  return {
    network,
    params,
    mode,
    at(step, ...pass) {
      const one = mode(step, ...pass);
      return (image) => network.apply(params, image, one);
    },
    variables: flatten(params, `${name}/`),
    dispose: () => disposeParams(params),
  };
}

/** Paths ("model/…") of the encoder's variables within those of the whole network. */
export function encoderPaths(network: Network, params: Params): string[] {
  const own = tf.tidy(() => {
    const alone = network.encoder.init(stream(0, "paths"));
    const paths = Object.keys(flatten(alone, "model/"));
    disposeParams(alone);
    return paths;
  });
  const known = new Set(Object.keys(flatten(params, "model/")));
  return own.filter((path) => known.has(path));
}

/** The variables of several owners in one record, and a function that frees them all. */
export function owned(
  ...owners: readonly {
    variables?: Record<string, tf.Variable>;
    state?: Readonly<Record<string, tf.Variable>>;
    dispose?(): void;
  }[]
) {
  const variables: Record<string, tf.Variable> = Object.assign(
    {},
    ...owners.map(({ variables, state }) => ({ ...variables, ...state })),
  );
  return { variables, dispose: () => tf.dispose(variables) };
}
