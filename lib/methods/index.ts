import { relational } from "../pretraining/relational.js";
import { arco } from "./arco.js";
import { meanTeacher } from "./meanTeacher.js";
import type { Method } from "./method.js";
import { supervised } from "./supervised.js";

/** Every method by its name, pre-trainings among them. */
export const methods: Record<string, Method> = Object.fromEntries(
  [supervised, meanTeacher, relational, arco].map((method) => [method.name, method as Method]),
);
