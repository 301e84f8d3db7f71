import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { temporary } from "../temporary.js";

/** A Slurm of two nodes on this machine's loopback, with an ordinary partition and one whose tasks make room for it. */
export interface Cluster {
  folder: string;
  /** Starts its controller. */
  control(): Promise<void>;
  /** Kills its controller, as if its machine had failed. */
  killControl(): Promise<void>;
  /** Ends it. */
  stop(): Promise<void>;
  /** Starts its controller anew with another setting. */
  set(line: string): Promise<void>;
}

const nodes = ["n1", "n2"];

/** Daemons that a test is about to end. */
const ending = new WeakSet<ChildProcess>();
/** Daemons that ended by themselves, with what they said. */
const died: string[] = [];

/** Starts the cluster; this process, and those it starts, talk to it from then on. It ends with this process. Needs root, and Debian's slurmctld, slurmd and munge. */
export async function cluster(): Promise<Cluster> {
  assert.equal(process.getuid?.(), 0, "needs root, as which Slurm's daemons start tasks");
  for (const program of ["/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged", "/usr/bin/sbatch"])
    assert.ok(
      existsSync(program),
      `${program} is not installed; apt-get install -y --no-install-recommends slurmctld slurmd slurm-client munge`,
    );
  const folder = temporary("arco-slurm-");
  const inside = (...parts: string[]) => join(folder, ...parts);
  for (const name of ["state", ...nodes.map((node) => `spool-${node}`)]) mkdirSync(inside(name));
  writeFileSync(inside("munge.key"), randomBytes(128), { mode: 0o600 });
  const ports = await freePorts(3);
  writeFileSync(inside("slurm.conf"), settings(folder, ports));
  process.env.SLURM_CONF = inside("slurm.conf");
  const running = new Set<ChildProcess>();
  const run = (program: string, ...words: string[]) => {
    const said = openSync(inside(`${program}.said`), "a");
    const child = spawn(`/usr/sbin/${program}`, words, { stdio: ["ignore", "ignore", said] });
    closeSync(said);
    running.add(child);
    child.on("exit", (code, signal) => {
      running.delete(child);
      if (!ending.has(child))
        died.push(`${program} ended: ${signal ?? code}\n${readFileSync(inside(`${program}.said`), "utf8")}`);
    });
    return child;
  };
  /** Ends a daemon, and waits until it has gone. */
  const end = async (child: ChildProcess, signal: NodeJS.Signals) => {
    ending.add(child);
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await gone;
  };
  process.on("exit", () => {
    for (const child of running) child.kill("SIGKILL");
  });
  const munge = [
    "key-file=munge.key",
    "socket=munge.sock",
    "pid-file=munge.pid",
    "log-file=munge.log",
    "seed-file=munge.seed",
  ];
  const words = munge.map((word) => `--${word.replace("=", `=${folder}/`)}`);
  run("munged", "--foreground", "--force", ...words);
  await until(() => existsSync(inside("munge.sock")), "munged answers");
  let controller: ChildProcess | undefined;
  const control = async () => {
    controller = run("slurmctld", "-D");
    await until(() => slurm("scontrol", "ping").status === 0, "slurmctld answers");
  };
  const endControl = async (signal: NodeJS.Signals) => {
    if (controller) await end(controller, signal);
  };
  await control();
  const areIdle = () => slurm("sinfo", "-h", "-o", "%D %t", "-p", "normal").stdout.trim() === "2 idle";
  for (const node of nodes) run("slurmd", "-D", "-N", node);
  await until(areIdle, "both nodes are idle");
  return {
    folder,
    control,
    killControl: () => endControl("SIGKILL"),
    async stop() {
      await Promise.all([...running].map((child) => end(child, "SIGTERM")));
    },
    async set(line) {
      await endControl("SIGTERM"); // a killed one may take what has just ended for running, and nobody tells it for minutes
      const [key] = line.split("=");
      const lines = readFileSync(inside("slurm.conf"), "utf8").split("\n");
      writeFileSync(inside("slurm.conf"), [...lines.filter((one) => !one.startsWith(`${key}=`)), line, ""].join("\n"));
      await control();
    },
  };
}

/** The setting with which its scheduler looks every second; by itself it does each minute. */
export const atOnce = "SchedulerParameters=batch_sched_delay=0,sched_interval=1";

const settings = (folder: string, [control, ...ports]: readonly number[]) => `ClusterName=arco
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${control}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.sock
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool-%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd-%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=1
MaxArraySize=4
KillWait=10
JobSubmitPlugins=throttle
${atOnce}
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
${nodes.map((node, at) => `NodeName=${node} NodeHostname=localhost NodeAddr=127.0.0.1 Port=${ports[at]} CPUs=2`).join("\n")}
PartitionName=normal Nodes=ALL Default=YES PriorityTier=10 PreemptMode=OFF
PartitionName=cheap Nodes=ALL PriorityTier=1 PreemptMode=REQUEUE GraceTime=10
`;

/** Runs a command of Slurm to its end. */
export const slurm = (command: string, ...words: string[]) => spawnSync(command, words, { encoding: "utf8" });

/** The tasks that Slurm has, by "1_0", with their states. */
export const tasks = (): Map<string, string> => new Map(queue().map(([task, state]) => [task, state]));

const queue = () => {
  const { stdout, stderr, status } = slurm("squeue", "--noheader", "--array", "--format=%i %T %r");
  assert.equal(status, 0, stderr); // silence would be taken for an empty queue
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" "));
};

/** What Slurm has and has lately written, for a failed test. */
const situation = () =>
  [
    ["squeue", "--array"],
    ["sinfo", "-N", "-l"],
    ["scontrol", "show", "jobs"],
    ["tail", "-n", "60", join(process.env.SLURM_CONF ?? "", "..", "slurmctld.log")],
  ]
    .map(([command, ...words]) => slurm(command, ...words).stdout)
    .join("\n");

/** Waits until something is so. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const started = performance.now();
  while (!isSo()) {
    assert.deepEqual(died.splice(0), []);
    if (performance.now() - started > 300_000) assert.fail(`after five minutes still not: ${what}\n${situation()}`);
    await sleep(200);
  }
}

/**
 * Waits until Slurm has no task any more. Those that were requeued it would begin after two minutes, here after three seconds: not in the second in which
 * it takes back what their first start was allowed, which would count for the second one too.
 */
export const untilIdle = (): Promise<void> => {
  const hastened = new Set<string>();
  return until(() => {
    const left = queue();
    for (const [task, , reason] of left)
      if (reason === "BeginTime" && !hastened.has(task)) {
        const { status } = slurm("scontrol", "update", `JobId=${task}`, "StartTime=now+3");
        if (status === 0) hastened.add(task);
      }
    return left.length === 0;
  }, "all tasks have ended");
};

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once("listening", resolve))));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
