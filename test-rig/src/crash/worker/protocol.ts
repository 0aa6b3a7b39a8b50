/** What is said between the run and the processes that try states. */
import type { Walked } from '../states/walk.ts';
import type { WorkloadName } from '../workloads/list.ts';

export interface Task {
  readonly workload: WorkloadName;
  /** File of the recording. */
  readonly recording: string;
  readonly seed: number;
  /** Numbers of the states. */
  readonly from: number;
  readonly to: number;
  /** Where states are made, one after the other. */
  readonly folder: string;
}

export interface TaskDone {
  readonly task: Task;
  readonly walked: Walked;
}
