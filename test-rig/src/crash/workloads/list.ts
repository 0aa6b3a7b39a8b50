/** The workloads by name; each is loaded only where it runs. */
import type { Workload } from './workload.ts';

export const workloads = {
  store: async () => (await import('./store.ts')).storeWorkload,
  mqtt: async () => (await import('./mqtt.ts')).mqttWorkload,
  files: async () => (await import('./files.ts')).filesWorkload,
  node: async () => (await import('./node.ts')).nodeWorkload,
} as const satisfies Record<string, () => Promise<Workload>>;

export type WorkloadName = keyof typeof workloads;

export const workloadNames = Object.keys(workloads) as WorkloadName[];
