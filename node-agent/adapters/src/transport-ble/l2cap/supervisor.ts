/**
 * Keeps one helper running for all adapters: starts it, starts it again after its end with growing
 * pauses, ends it. Below step 4 of a message's way. Without it, or while it is away, there is GATT:
 * nothing here ever throws at whoever starts or stops it.
 */
import type { Clock, Logger, Timer } from '@muster/core';
import type { BleChannels, BlePeer } from '../ble.ts';
import { AdapterChannels } from './adapter-channels.ts';
import { HelperChild } from './child.ts';
import { deviceKey, isDevice } from './device.ts';
import { channelLimits, lifeLimits } from './limits.ts';
import type { L2capSession } from './session.ts';

export interface L2capHelperOptions {
  /** Of the executable; undefined: it is not built. */
  readonly path: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Sockets in this folder instead of Bluetooth: for tests on machines without it. */
  readonly unixFolder?: string;
}

export type L2capHelperState = 'stopped' | 'not-built' | 'starting' | 'running' | 'restarting';

export interface L2capHelperStatus {
  readonly state: L2capHelperState;
  /** One line for people: what is so. */
  readonly text: string;
  /** What the person can do about it, a whole sentence; empty when all is well. */
  readonly mend: string;
  /** For how long it has been so. */
  readonly sinceMs: number;
  readonly pid: number | undefined;
  readonly restarts: number;
  readonly channels: number;
  /** Adapters on which it listens. */
  readonly listeners: number;
}

export interface L2capHelper {
  readonly status: L2capHelperStatus;
  /** Resolves when it runs, or when it is clear that it does not for now. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /**
   * Of the adapter with this identity address, the same each time; undefined where there is no
   * helper for this machine, or there are more adapters than it serves.
   */
  channelsFor(adapter: BlePeer): BleChannels | undefined;
}

export function createL2capHelper(options: L2capHelperOptions): L2capHelper {
  return new Supervisor(options);
}

class Supervisor implements L2capHelper {
  readonly #options: L2capHelperOptions;
  readonly #logger: Logger;
  readonly #adapters = new Map<string, AdapterChannels>();
  #state: L2capHelperState = 'stopped';
  #changedMs: number;
  #child: HelperChild | undefined;
  #session: L2capSession | undefined;
  #retry: Timer | undefined;
  #backoffMs: number = lifeLimits.backoffMsMin;
  #restarts = 0;
  #because = '';
  #settled: (() => void) | undefined;

  constructor(options: L2capHelperOptions) {
    this.#options = options;
    this.#logger = options.logger.child('l2cap');
    this.#changedMs = options.clock.monotonicMs();
  }

  get status(): L2capHelperStatus {
    const adapters = [...this.#adapters.values()];
    return {
      state: this.#state,
      ...this.#words(),
      sinceMs: this.#options.clock.monotonicMs() - this.#changedMs,
      pid: this.#session === undefined ? undefined : this.#child?.pid,
      restarts: this.#restarts,
      channels: adapters.reduce((sum, { count }) => sum + count, 0),
      listeners: adapters.filter(({ psm }) => psm !== undefined).length,
    };
  }

  async start(): Promise<void> {
    if (this.#state !== 'stopped') return;
    const { path } = this.#options;
    if (path === undefined) {
      this.#become('not-built');
      return;
    }
    this.#become('starting');
    await new Promise<void>((resolve) => {
      this.#settled = resolve;
      this.#launch(path);
    });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#become('stopped');
    this.#retry?.cancel();
    this.#settle();
    this.#use(undefined);
    await child?.stop();
  }

  channelsFor(adapter: BlePeer): BleChannels | undefined {
    if (this.#options.path === undefined || !isDevice(adapter)) return undefined;
    const key = deviceKey(adapter);
    const known = this.#adapters.get(key);
    if (known !== undefined || this.#adapters.size >= channelLimits.adaptersMax) return known;
    const channels = new AdapterChannels(adapter, this.#logger);
    channels.use(this.#session);
    this.#adapters.set(key, channels);
    return channels;
  }

  #launch(path: string): void {
    const { clock, unixFolder } = this.#options;
    const startedMs = clock.monotonicMs();
    const child = new HelperChild({
      path,
      unixFolder,
      clock,
      onReady: (session) => {
        // It may be on its way out already.
        if (this.#child !== child || this.#state === 'stopped') return;
        this.#become('running');
        this.#use(session);
        this.#settle();
      },
      onEnd: (because) => {
        if (this.#child !== child) return;
        this.#child = undefined;
        if (clock.monotonicMs() - startedMs >= lifeLimits.stableMs) {
          this.#backoffMs = lifeLimits.backoffMsMin;
        }
        this.#onEnd(path, because);
      },
    });
    this.#child = child;
  }

  #onEnd(path: string, because: string): void {
    this.#use(undefined);
    if (this.#state === 'stopped') return;
    this.#because = because;
    this.#logger.warn('l2cap-helper-ended', { because, againMs: this.#backoffMs });
    this.#become('restarting');
    this.#retry = this.#options.clock.after(this.#backoffMs, () => {
      this.#restarts += 1;
      this.#become('starting');
      this.#launch(path);
    });
    this.#backoffMs = Math.min(2 * this.#backoffMs, lifeLimits.backoffMsMax);
    this.#settle();
  }

  #use(session: L2capSession | undefined): void {
    this.#session = session;
    for (const channels of this.#adapters.values()) channels.use(session);
  }

  #settle(): void {
    this.#settled?.();
    this.#settled = undefined;
  }

  #become(state: L2capHelperState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#changedMs = this.#options.clock.monotonicMs();
  }

  #troubled(): { readonly text: string; readonly mend: string } | undefined {
    const trouble = [...this.#adapters.values()].find((channels) => channels.trouble)?.trouble;
    if (trouble === undefined) return undefined;
    return {
      text: `The L2CAP helper runs and ${trouble}: packets go by GATT alone.`,
      mend:
        'Let the node open Bluetooth sockets: no RestrictAddressFamilies without AF_BLUETOOTH in ' +
        'its unit, and the first network namespace.',
    };
  }

  #words(): { readonly text: string; readonly mend: string } {
    switch (this.#state) {
      case 'running':
        return this.#troubled() ?? { text: 'The L2CAP helper runs.', mend: '' };
      case 'starting':
        return { text: 'The L2CAP helper is starting.', mend: '' };
      case 'stopped':
        return { text: 'The L2CAP helper is stopped.', mend: '' };
      case 'not-built':
        return {
          text: 'The L2CAP helper is not built: packets go by GATT alone, ten times slower.',
          mend: 'Install a C compiler (Debian: gcc libc6-dev) and start again.',
        };
      case 'restarting':
        return {
          text: `The L2CAP helper ended (${this.#because}) and is started again.`,
          mend: 'If it goes on, look into the log for l2cap-helper-ended.',
        };
    }
  }
}
