/** What a soak noted while it ran: everything that its verdicts and its report are made of. */
import type { AgentMetrics, PeopleCheck, PeopleSample } from './people/protocol.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly agents: number;
  readonly seed: number;
}

/** One agent at one moment; undefined members while it is off or does not answer. */
export interface AgentSample {
  readonly residentBytes: number | undefined;
  readonly descriptors: number | undefined;
  readonly metrics: AgentMetrics | undefined;
  /** Just after it collected its garbage; on few samples. */
  readonly collected?: Collected;
}

export interface Collected {
  readonly heapBytes: number;
  readonly residentBytes: number;
}

export interface Sample {
  /** Since the beginning. */
  readonly atMs: number;
  /** Nothing is broken just now, on purpose, nor was in the last moments; guests are away. */
  readonly isCalm: boolean;
  readonly agents: readonly AgentSample[];
  readonly people: Omit<PeopleSample, 'agents'>;
}

/** All agents up, the mesh whole: everything held before must be everywhere. */
export interface CalmCheck extends PeopleCheck {
  readonly atMs: number;
}

export interface SoakRecord {
  readonly options: SoakOptions;
  readonly commit: string;
  /** Numbers of the agents that are never killed; memory and descriptors are judged by them. */
  readonly steady: readonly number[];
  /** Of these, those that are made to collect their garbage every minute. */
  readonly collected: readonly number[];
  /** Before it, what the start and the first messages take is not counted as growth. */
  readonly warmUpMs: number;
  readonly lastedMs: number;
  readonly samples: readonly Sample[];
  readonly kills: readonly { readonly atMs: number; readonly agent: number }[];
  readonly partitions: readonly Partition[];
  readonly checks: readonly CalmCheck[];
  /** Agents that ended though nobody killed them, and other things that must not be. */
  readonly faults: readonly string[];
}

export interface Partition {
  readonly atMs: number;
  readonly untilMs: number;
  readonly what: string;
}
