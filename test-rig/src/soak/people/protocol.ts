/** What the soak asks of its people, a process on the access point, and what comes back (IPC). */
import type { StaffKey } from '../../rig/venue/site.ts';

export interface PeopleStart {
  /** Where each agent serves, in the order of their numbers; one of the staff is at each. */
  readonly urls: readonly string[];
  readonly staff: readonly StaffKey[];
  readonly seed: number;
  /** How often a guest comes, somewhere. */
  readonly guestEveryMs: number;
  /** Longer than the run, though every kill costs a message a minute (core's time/tick.ts). */
  readonly staffLifetimeS: number;
  /** Short, so that messages end while it runs. */
  readonly guestLifetimeS: number;
}

/** What an agent's metrics say; undefined while it does not answer. */
export interface AgentMetrics {
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly held: number;
  readonly queuedBytes: number;
  readonly neighbours: number;
  readonly sessions: number;
}

export interface PeopleSample {
  readonly agents: readonly (AgentMetrics | undefined)[];
  /** Messages that were answered held so far, and refused for good. */
  readonly held: number;
  readonly refused: number;
  /** In the outboxes of staff. */
  readonly waiting: number;
  /** Deliveries to readers at other agents since the last sample, and how long they took. */
  readonly deliveries: number;
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  /** Bundles that a reader was shown twice in one session, so far. */
  readonly doubled: number;
}

export interface PeopleCheck {
  /** Messages of staff that were held before it, each of which every agent should show. */
  readonly expected: number;
  /** Of all agents together. */
  readonly missing: number;
  readonly doubled: number;
  /** Which message is missing where, the first few. */
  readonly examples: readonly string[];
}

export interface PeopleRequests {
  start: { args: PeopleStart; result: null };
  sample: { args: Record<string, never>; result: PeopleSample };
  /** Has agents collect their garbage; the bytes of heap that each still has. */
  collect: {
    args: { readonly inspectors: readonly string[] };
    result: readonly (number | undefined)[];
  };
  /** How often each of the staff writes from now on; until then nobody does. */
  pace: { args: { readonly everyMs: number }; result: null };
  /** Guests come no more, or again. */
  guests: { args: { readonly areLetIn: boolean }; result: null };
  /** Reads every agent's timeline, again and again until all is there or patience ends. */
  check: { args: { readonly patienceMs: number }; result: PeopleCheck };
}

export type PeopleVerb = keyof PeopleRequests;

export interface PeopleRequest {
  readonly number: number;
  readonly verb: PeopleVerb;
  readonly args: unknown;
}

export interface PeopleAnswer {
  readonly number: number;
  readonly result?: unknown;
  readonly error?: string;
}
