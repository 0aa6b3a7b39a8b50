/**
 * One uplink with its outbox, from its settings to its end (step 6): paused or running, and what an
 * admin is shown of it. While it is paused its outbox goes on lining up, so that nothing is lost.
 */
import { Lane, type ReadBundle, toBase64url } from '@muster/core';
import { Outbox } from '../outbox/outbox.ts';
import type { CheckStep, DeadLetterInfo, UplinkInfo } from './info.ts';
import { MqttKind } from './mqtt/mqtt-kind.ts';
import { RelayKind } from './relay/relay-kind.ts';
import { admittedStep, channelsStep, clockStep } from './self-checks.ts';
import type { UplinkSettings } from './settings.ts';
import type { Uplink } from './uplink.ts';
import { checkNetwork } from './uplink-checks.ts';
import type { UplinkKind, UplinkSurroundings } from './uplink-kind.ts';

export class RunningUplink {
  readonly #host: UplinkSurroundings['host'];
  readonly #kind: UplinkKind;
  readonly #outbox: Outbox;
  #uplink: Uplink | undefined;
  #paused: boolean;
  /** One change at a time: pausing waits for a start that is under way. */
  #changing: Promise<void> = Promise.resolve();
  #pausedSinceMs = 0;

  constructor(settings: UplinkSettings, surroundings: UplinkSurroundings) {
    const { host } = surroundings;
    this.#host = host;
    this.#paused = settings.paused;
    this.#pausedSinceMs = host.clock.monotonicMs();
    this.#kind =
      settings.kind === 'relay'
        ? new RelayKind(settings, surroundings)
        : new MqttKind(settings, surroundings);
    const { name } = settings;
    const { gate, allowance } = this.#kind;
    this.#outbox = new Outbox({
      ...{ ...host, gate, allowance, logger: host.logger.child('outbox') },
      uplink: { name, send: (item, onAnswer) => this.#uplink?.send(item, onAnswer) },
    });
  }

  get settings(): UplinkSettings {
    return { ...this.#kind.settings, paused: this.#paused };
  }

  start(): Promise<void> {
    this.#outbox.start();
    return this.#change(async () => {
      if (!this.#paused) await this.#open();
    });
  }

  stop(): Promise<void> {
    return this.#change(async () => {
      await this.#close();
      this.#outbox.stop();
    });
  }

  async remove(): Promise<void> {
    await this.#change(() => this.#close());
    this.#outbox.forget();
    this.#host.node.keep(
      this.#kind.keptNames().map((name) => [name, undefined]),
      () => {},
    );
  }

  setPaused(paused: boolean): Promise<void> {
    if (paused === this.#paused) return Promise.resolve();
    this.#paused = paused;
    this.#pausedSinceMs = this.#host.clock.monotonicMs();
    return this.#change(() => (paused ? this.#close() : this.#open()));
  }

  onBundle(bundle: ReadBundle): void {
    this.#uplink?.onBundle?.(bundle);
    this.#outbox.onBundle(bundle);
  }

  onPolicy(): void {
    this.#uplink?.onPolicy?.();
    this.#outbox.onPolicy();
  }

  onChannels(): void {
    // What leaves to a relay follows the policy alone.
    if (this.#kind.settings.kind !== 'mqtt') return;
    this.#uplink?.onChannels?.();
    this.#outbox.onPolicy();
  }

  retry(id: Uint8Array): boolean {
    return this.#outbox.retry(id);
  }

  drop(id: Uint8Array): boolean {
    return this.#outbox.drop(id);
  }

  deadLetters(): readonly DeadLetterInfo[] {
    const { unixMs: nowMs } = this.#host.clock.wall();
    return this.#outbox.letters().map(({ id, author, channel, reason, attempts, unixMs }) => ({
      id: toBase64url(id),
      uplink: this.#kind.settings.name,
      channel,
      author: toBase64url(author),
      reason,
      attempts,
      ageMs: Math.max(0, nowMs - unixMs),
    }));
  }

  info(): UplinkInfo {
    const nowMs = this.#host.clock.monotonicMs();
    const { name, kind, address, paused } = this.settings;
    const status = this.#uplink?.status();
    const state = status?.state === 'stopped' ? 'down' : (status?.state ?? 'down');
    const { nextTryMs } = status ?? {};
    const byLane = {
      urgent: this.#outbox.waiting(Lane.urgent),
      normal: this.#outbox.waiting(Lane.normal),
      bulk: this.#outbox.waiting(Lane.bulk),
    };
    const lanes = Object.values(byLane);
    return {
      name,
      kind,
      address,
      state: paused ? 'paused' : state,
      sinceMs: nowMs - (paused ? this.#pausedSinceMs : (status?.sinceMs ?? nowMs)),
      waiting: {
        bundles: lanes.reduce((sum, { bundles }) => sum + bundles, 0),
        bytes: lanes.reduce((sum, { bytes }) => sum + bytes, 0),
      },
      waitingByLane: byLane,
      sent: this.#outbox.sent,
      received: status?.received ?? 0,
      deadLetters: this.#outbox.letters().length,
      deadLettersForgotten: this.#outbox.lettersForgotten,
      problem: status?.problem ?? '',
      mend: status?.mend ?? '',
      ...(nextTryMs === undefined ? {} : { retryInMs: Math.max(0, nextTryMs - nowMs) }),
    };
  }

  /** See uplink-checks.ts; ends with what the uplink itself says, the policy and the clock. */
  async test(): Promise<readonly CheckStep[]> {
    const endpoint = this.#kind.endpoint();
    if (!endpoint) return [];
    const steps = await checkNetwork(endpoint);
    if (steps.every(({ ok }) => ok)) steps.push(admittedStep(this.info()));
    const channels = channelsStep({
      kind: this.#kind.settings.kind,
      leaving: this.#kind.gate.passages(),
      reading: this.#kind.reading(),
      missing: this.#kind.missing(),
    });
    return [...steps, channels, clockStep(this.#host.clock)];
  }

  async #open(): Promise<void> {
    if (this.#uplink) return;
    const uplink = await this.#kind.open();
    this.#uplink = uplink;
    uplink.start({
      onUp: () => {
        this.#kind.onUp?.();
        this.#outbox.onUp();
      },
      onDown: () => this.#outbox.onDown(),
      onBundle: (bundle, onAnswer) => this.#host.node.takeFromUplink(bundle, onAnswer),
      onSeen: (id, onKept) => this.#outbox.onSeen(id, onKept),
    });
  }

  async #close(): Promise<void> {
    const uplink = this.#uplink;
    this.#uplink = undefined;
    this.#outbox.onDown();
    await uplink?.stop();
  }

  #change(run: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(run);
    this.#changing = changed.catch(() => {});
    return changed;
  }
}
