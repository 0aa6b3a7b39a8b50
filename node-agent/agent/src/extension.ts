/**
 * What joins an agent from outside: the gateway is one. It is started once the node runs and
 * stopped before it, in the same process and over the same store. Steps 5 and 6 of a message's way
 * hang on this; the agent never knows which extensions there are.
 */
import type {
  BundleDraft,
  Clock,
  Crypto,
  Logger,
  NodeApi,
  PutAnswer,
  Random,
  ReadBundle,
  SitePolicy,
} from '@muster/core';
import type { ReportPart } from './admin/report-part.ts';
import type { ListedChannel } from './channels/channel-list.ts';
import type { Config } from './config/index.ts';
import type { DataFolder } from './data-folder/data-folder.ts';
import type { NodeIdentity } from './data-folder/identity.ts';
import type { NodeInfo, StatusInfo } from './http/api-routes.ts';
import type { Metric } from './metrics/exposition.ts';

/** A draft of this node's own; time and limits are filled in where they are left out. */
export type OwnDraft = Pick<BundleDraft, 'kind' | 'tag' | 'payload'> &
  Partial<Pick<BundleDraft, 'lane' | 'lifetimeS' | 'scope'>>;

/** Writes bundles signed by the node key under the node's own ticket. One chain, in order. */
export interface OwnAuthor {
  /** Ed25519 node key, 32 bytes. */
  readonly key: Uint8Array;
  /** Answers once it is on disk (or why it is not), like NodeApi.put. */
  write(draft: OwnDraft, onAnswer: (answer: PutAnswer) => void): void;
}

/** What an extension is given. Everything outside the rules comes through it. */
export interface AgentHost {
  readonly config: Config;
  readonly folder: DataFolder;
  readonly identity: NodeIdentity;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly node: NodeApi;
  readonly author: OwnAuthor;
  channels(): readonly ListedChannel[];
  nodeInfo(): NodeInfo;
  statusInfo(): StatusInfo;
}

/**
 * A command of the control socket: JSON in, JSON out. A MusterError reaches the caller with its
 * code, message and mend.
 */
export type ControlCommand = (params: Readonly<Record<string, unknown>>) => Promise<unknown>;

export interface AgentExtension {
  /** One word, such as `gateway`. */
  readonly name: string;
  /** After the node and its server run. A failure stops the agent with a MusterError. */
  start(host: AgentHost): Promise<void>;
  stop(): Promise<void>;
  onBundle?(bundle: ReadBundle): void;
  onNeighbours?(): void;
  onChannels?(): void;
  onPolicy?(policy: SitePolicy): void;
  /** By name, such as `mqtt.client.add`. Read once, after start. */
  readonly commands?: Readonly<Record<string, ControlCommand>>;
  /** Shown in /api/v1/status under `extensions`: counts and states, no secrets. */
  status?(): Readonly<Record<string, unknown>>;
  /** What it adds to the node's report to the site's admins. */
  report?(): ReportPart;
  /** Further lines of /metrics in Prometheus' text format; see metrics/exposition.ts. */
  metrics?(): readonly Metric[];
}
