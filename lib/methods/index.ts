import { actionDistillation } from "../pretraining/actionDistillation.js";
import { byol } from "../pretraining/byol.js";
import { gclGlobal } from "../pretraining/gclGlobal.js";
import { gclLocal } from "../pretraining/gclLocal.js";
import { isd } from "../pretraining/isd.js";
import { knnMoco } from "../pretraining/knnMoco.js";
import { moco } from "../pretraining/moco.js";
import { relational } from "../pretraining/relational.js";
import { simclr } from "../pretraining/simclr.js";
import { vicreg } from "../pretraining/vicreg.js";
import { registry } from "../registry.js";
import { action } from "./action.js";
import { arco } from "./arco.js";
import { cct } from "./cct.js";
import { cps } from "./cps.js";
import { dan } from "./dan.js";
import { dct } from "./dct.js";
import { dtc } from "./dtc.js";
import { entropyMinimization } from "./entropyMinimization.js";
import { gcl } from "./gcl.js";
import { ict } from "./ict.js";
import { mcnet } from "./mcnet.js";
import { meanTeacher } from "./meanTeacher.js";
import type { Method } from "./method.js";
import { reco } from "./reco.js";
import { sassnet } from "./sassnet.js";
import { ssnet } from "./ssnet.js";
import { supervised } from "./supervised.js";
import { uamt } from "./uamt.js";
import { urpc } from "./urpc.js";

const own = [
  supervised,
  entropyMinimization,
  meanTeacher,
  uamt,
  ict,
  cct,
  urpc,
  dct,
  cps,
  mcnet,
  dan,
  dtc,
  sassnet,
  ssnet,
  gclGlobal,
  gclLocal,
  gcl,
  actionDistillation,
  action,
  reco,
  relational,
  moco,
  knnMoco,
  simclr,
  byol,
  isd,
  vicreg,
  arco,
].map((method) => [method.name, method as Method]);
const registered = registry<Method>("method", Object.fromEntries(own));

/** Every method by its name, pre-trainings among them. */
export const methods = registered.all;

/** Registers a user-defined method under its name, in this process: to configs, tables and the contract test. Throws a Problem for the name of a built-in one. */
export const registerMethod = <Options extends object>(method: Method<Options>): Method<Options> => {
  registered.register(method as Method);
  return method;
};

/** The source text of a registered method, undefined for a built-in one. */
export const addedMethod = registered.added;
