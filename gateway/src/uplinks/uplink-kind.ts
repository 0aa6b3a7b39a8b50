/**
 * What is particular to an uplink by its kind (step 6 of a message's way): what may leave over it,
 * how the other side is reached, and what it keeps in the store. What all uplinks have, an outbox
 * and an admin who looks at it, is in `running-uplink.ts`.
 */
import type { AgentHost } from '@muster/agent';
import type { KeyPair, ReadBundle, Transport } from '@muster/core';
import type { Allowance } from '../policy/allowance.ts';
import type { Gate } from '../policy/gate.ts';
import type { UplinkSettings } from './settings.ts';
import type { Uplink } from './uplink.ts';
import type { Endpoint } from './uplink-checks.ts';

export interface UplinkSurroundings {
  readonly host: Pick<
    AgentHost,
    | 'clock'
    | 'random'
    | 'crypto'
    | 'logger'
    | 'node'
    | 'author'
    | 'folder'
    | 'identity'
    | 'channels'
  >;
  /** A transport that speaks the relay link and keeps one relay dialled. */
  readonly createRelayTransport: (options: {
    readonly key: KeyPair;
    readonly address: string;
  }) => Promise<Transport>;
  /** Id of the own site, 16 bytes. */
  readonly site: Uint8Array;
  /** Since when the policy lets each channel out; shared by all relays. */
  readonly allowance: Allowance;
  readonly onPublished: (bundle: ReadBundle) => void;
  /** The settings of an uplink now say which relay it is. */
  readonly onRelayKey: () => void;
}

export interface UplinkKind {
  /** As they were set up; whether it is paused is not its matter. */
  readonly settings: UplinkSettings;
  readonly gate: Gate;
  readonly allowance: Allowance;
  /** A new one each time; throws a MusterError for settings that cannot work. */
  open(): Promise<Uplink>;
  /** The uplink that was opened last is up. */
  onUp?(): void;
  /** How many channels are read from the other side. */
  reading(): number;
  /** Channels that were chosen and are not on this site. */
  missing(): readonly string[];
  /** Where the other side is, for `muster uplink test`; undefined where that cannot be said. */
  endpoint(): Endpoint | undefined;
  /** The names of what it keeps in the store, to be forgotten with it. */
  keptNames(): readonly string[];
}
