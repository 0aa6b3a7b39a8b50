/**
 * Joins Bluetooth to the agent: radio, medium, and what is told of both. Whatever fails here is a
 * state and one line in the log: a node without Bluetooth is a node. Step 4 of a message's way goes
 * through the medium; nothing of it is here.
 */
import type { BleMedium, MeshView } from '@muster/adapters/transport-ble';
import type { ClaimCaller, ClaimCallerOptions } from '@muster/adapters/transport-ble/claim';
import { fromHex, type Logger, type Medium, type Nearby } from '@muster/core';
import type { ReportPart } from '../admin/report-part.ts';
import type { PostByRadio } from '../claim/desk.ts';
import type { PostAnswer } from '../claim/post.ts';
import type { Config } from '../config/index.ts';
import type { ControlCommand } from '../extension.ts';
import type { Metric } from '../metrics/exposition.ts';
import type { AgentParts, Radio } from '../parts.ts';
import { bleCommands } from './ble-commands.ts';
import { bleMetrics } from './ble-metrics.ts';
import type { HeardThing } from './ble-views.ts';
import { LateMedium } from './late-medium.ts';
import {
  heardThings,
  type NameSources,
  nearbyView,
  radioProblems,
  reportedNear,
} from './nearby.ts';
import type { BluetoothInfo, NearbyView } from './nearby-view.ts';
import { PatientPost } from './patient-post.ts';

export interface JoinedBluetoothOptions extends Omit<NameSources, 'crypto'> {
  readonly config: Pick<Config, 'bleEnabled' | 'bleAdapters'>;
  readonly parts: Pick<
    AgentParts,
    'crypto' | 'clock' | 'random' | 'logger' | 'hasRadio' | 'createRadio'
  >;
  /** Ed25519, 32 bytes. */
  readonly nodeKey: Uint8Array;
  /** The node: who is on its island. */
  readonly mesh: MeshView;
  /** Somebody came near or went, or the radio is not as it was. */
  onChange(): void;
}

/** A radio with its medium. */
export interface Joined {
  readonly radio: Radio;
  readonly medium: BleMedium;
}

const off: BluetoothInfo = {
  state: 'off',
  text: 'Bluetooth is switched off in the configuration of this node.',
  mend: 'Set ble.enabled to true in muster.jsonc, and start the node again.',
};

const starting: BluetoothInfo = { state: 'starting', text: 'Bluetooth comes up.', mend: '' };

const noBus: BluetoothInfo = {
  state: 'no-bus',
  text: 'There is no system message bus, by which Bluetooth is reached.',
  mend: 'Install BlueZ and start it: apt install bluez, systemctl enable --now dbus bluetooth.',
};

const failed: BluetoothInfo = {
  state: 'failed',
  text: 'Bluetooth could not be started.',
  mend: 'See the log of the node, and report what it says there.',
};

export class JoinedBluetooth {
  readonly #options: JoinedBluetoothOptions;
  readonly #logger: Logger;
  #joined: Joined | undefined;
  #claims: ClaimCaller | undefined;
  readonly #posts: PatientPost;
  #hasFailed = false;

  constructor(options: JoinedBluetoothOptions) {
    this.#options = options;
    this.#logger = options.parts.logger.child('bluetooth');
    this.#posts = new PatientPost({
      clock: options.parts.clock,
      post: async (request) => (await this.#claims?.post(request)) ?? { kind: 'unreachable' },
    });
  }

  /** What the transport is to start, use and stop; nothing where Bluetooth is not wanted. */
  media(): readonly Medium[] {
    const { config, parts } = this.#options;
    if (!config.bleEnabled) return [];
    return [
      new LateMedium({
        clock: parts.clock,
        isWanted: () => parts.hasRadio(),
        load: () => this.#load(),
        onFailed: (error) => this.#fail(error),
      }),
    ];
  }

  /** An admin's message to the blank box near that has its code. */
  async postClaim(post: Parameters<PostByRadio>[0]): Promise<PostAnswer> {
    const session = fromHex(post.session);
    const answer = session && (await this.#posts.ask({ ...post, session }));
    if (answer?.kind === 'message' || answer?.kind === 'later' || answer?.kind === 'used') {
      return answer;
    }
    const kind = answer?.kind ?? 'unreachable';
    return { kind: kind === 'unknown' ? 'not-awaited' : kind, claimants: [] };
  }

  /** After the transport, which stops the medium. */
  async stop(): Promise<void> {
    this.#claims?.stop();
    await this.#joined?.radio.helper?.stop();
  }

  get info(): BluetoothInfo {
    if (!this.#options.config.bleEnabled) return off;
    if (!this.#joined || this.#hasFailed) return this.#absent;
    const { kind, text, mend } = this.#joined.medium.status().state;
    return { state: kind, text, mend };
  }

  get #absent(): BluetoothInfo {
    if (this.#hasFailed) return failed;
    return this.#options.parts.hasRadio() ? starting : noBus;
  }

  view(): NearbyView {
    return nearbyView(this.info, this.#heard());
  }

  reports(): readonly ReportPart[] {
    return [{ ...reportedNear(this.#heard()), problems: radioProblems(this.info) }];
  }

  metrics(): readonly Metric[] {
    return bleMetrics({ info: this.info, nearby: this.#nearby(), joined: this.#joined });
  }

  commands(): Readonly<Record<string, ControlCommand>> {
    return bleCommands({
      neighbours: this.#options.neighbours,
      info: () => this.info,
      joined: () => this.#joined,
      heard: () => this.#heard(),
      nowMs: () => this.#options.parts.clock.monotonicMs(),
    });
  }

  #nearby(): readonly Nearby[] {
    return this.#joined?.medium.nearby.list(this.#options.parts.clock.monotonicMs()) ?? [];
  }

  #heard(): readonly HeardThing[] {
    const { parts, siteKey, known, neighbours } = this.#options;
    return heardThings(this.#nearby(), { crypto: parts.crypto, siteKey, known, neighbours });
  }

  async #load(): Promise<BleMedium | undefined> {
    try {
      this.#joined = await this.#join();
      return this.#joined.medium;
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    this.#hasFailed = true;
    this.#logger.error('bluetooth failed', { error: String(error) });
  }

  async #join(): Promise<Joined> {
    const { config, parts, siteKey, nodeKey, mesh, onChange } = this.#options;
    const { crypto, clock, random } = parts;
    const radio = await parts.createRadio({ adapters: config.bleAdapters });
    const { createBleMedium } = await import('@muster/adapters/transport-ble');
    await radio.helper?.start();
    const { host } = radio;
    const logger = this.#logger;
    const medium = createBleMedium({
      ...{ host, crypto, siteKey, nodeKey, mesh, clock, random, logger },
    });
    medium.onNearby = onChange;
    const { ClaimCaller: Caller } = await import('@muster/adapters/transport-ble/claim');
    const open: ClaimCallerOptions['open'] = (id, signal) => medium.openClaim(id, signal);
    this.#claims = new Caller({ clock, open });
    return { radio, medium };
  }
}
