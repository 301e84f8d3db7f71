/** The task of a Slurm job array that this process is, told apart from its own earlier starts by their number. */
export interface Task {
  /** "123_4", as squeue and scontrol take it; the number of the job alone would name all tasks of the array. */
  id: string;
  restarts: number;
}

/** The Slurm task that started this process; undefined elsewhere. */
export function slurmTask(env: NodeJS.ProcessEnv = process.env): Task | undefined {
  const { SLURM_JOB_ID, SLURM_ARRAY_JOB_ID, SLURM_ARRAY_TASK_ID, SLURM_RESTART_COUNT = "0" } = env;
  if (SLURM_JOB_ID === undefined) return undefined;
  const id = SLURM_ARRAY_JOB_ID === undefined ? SLURM_JOB_ID : `${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}`;
  return { id, restarts: Number(SLURM_RESTART_COUNT) };
}
