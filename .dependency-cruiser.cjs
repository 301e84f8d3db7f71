// Imports go one way: what each folder of lib may import besides itself and lib/*.ts such as problem.ts.
// Packages are free, but only the engine knows which tensor backend runs, and set-up runs before any package is there.
const measures = ["images", "metrics", "statistics"];
const learning = ["engine", "networks", "heads", "samplers", "losses", "optimizers", "pretraining", "methods"];
const trained = [...learning, ...measures, "phantoms", "benchmarks", "training"];
const results = ["runs", "segmentation", "bench", "tables", "reports", "studies"];
const everything = [...trained, "plots", "paper", ...results, "sweeps", "exports"];
const allowed = {
  engine: [],
  networks: ["engine", "images"],
  heads: ["engine", "networks"],
  samplers: ["engine"],
  images: ["engine"],
  metrics: ["engine", "images"],
  statistics: ["engine"],
  paper: ["statistics"],
  losses: ["engine", "samplers"],
  optimizers: ["engine"],
  pretraining: ["engine", "networks", "heads", "samplers", "losses", "optimizers", "images", "methods"],
  methods: ["engine", "networks", "heads", "samplers", "losses", "optimizers", "images", "metrics", "pretraining"],
  phantoms: ["engine", "images"],
  benchmarks: ["engine", "images", "phantoms"],
  training: [...learning, ...measures, "phantoms", "benchmarks"],
  plots: ["images", "statistics"],
  runs: [...learning, ...measures, "phantoms", "benchmarks", "training"],
  segmentation: [...trained, "plots", "runs"],
  bench: [...trained, "runs"],
  tables: [...trained, "plots", "paper", "runs", "reports"],
  reports: [...trained, "plots", "paper", "runs"],
  studies: [...trained, "plots", "paper", "runs", "bench", "tables", "reports"],
  sweeps: [...trained, "runs"],
  exports: [...trained, "plots", "runs", "reports"],
  cli: everything,
  notebook: everything,
  setup: [],
};

const oneWay = Object.entries(allowed).map(([folder, others]) => ({
  name: `${folder}-imports-one-way`,
  comment: `lib/${folder} may import ${others.length > 0 ? others.join(", ") : "no other folder of lib"}`,
  severity: "error",
  from: { path: `^lib/${folder}/` },
  to: { path: "^lib/[^/]+/", pathNot: `^lib/(${[folder, ...others].join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...oneWay,
    {
      name: "nothing-imports-the-index",
      comment: "lib/index.ts names what is public; inside the library the file itself is imported",
      severity: "error",
      from: { path: "^lib/", pathNot: "^lib/index\\.ts$" },
      to: { path: "^lib/index\\.ts$" },
    },
    {
      name: "only-the-engine-knows-the-backend",
      comment: "import lib/engine/tf.js instead",
      severity: "error",
      from: { path: "^lib/", pathNot: "^lib/engine/" },
      to: { path: "node_modules/(@tensorflow|webgpu)/" },
    },
    {
      name: "setup-needs-nothing-installed",
      comment: "lib/setup runs before the packages are there",
      severity: "error",
      from: { path: "^lib/setup/" },
      to: { path: "node_modules" },
    },
    {
      name: "no-cycles",
      comment: "two files that need each other are one idea, or three",
      severity: "error",
      from: { path: "^lib/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
