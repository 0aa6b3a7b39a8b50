/**
 * A relay as an uplink (step 6): puts what the outbox hands over, takes in what the policy follows,
 * and acknowledges it only after it is on disk here. It wraps the relay link and keeps the place
 * from which to go on reading. The relay is believed for nothing: the node judges what comes.
 */
import {
  BundleKind,
  type CarriedBundle,
  type Clock,
  decodeFields,
  equalBytes,
  type Logger,
  type NodeApi,
  type PutAnswer,
  type ReadBundle,
  Role,
  toHex,
} from '@muster/core';
import type { Budget } from '../../policy/budget.ts';
import { Budgets } from '../../policy/budgets.ts';
import type { Gate } from '../../policy/gate.ts';
import type { RelayAnswer, RelayClient } from '../../relay-link/index.ts';
import { ManifestReader } from '../../relay-link/manifest-reader.ts';
import type { OutgoingBundle, SendAnswer, Uplink, UplinkEvents, UplinkStatus } from '../uplink.ts';
import { followedTags } from './followed.ts';

export interface RelayUplinkOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly node: Pick<NodeApi, 'policy' | 'adoptPolicy' | 'knows' | 'carried' | 'value' | 'keep'>;
  readonly client: RelayClient;
  readonly gate: Gate;
  /** Id of the own site, 16 bytes. */
  readonly site: Uint8Array;
  /** A bundle of this site is at the relay; see ManifestWriter. */
  readonly onPublished: (bundle: ReadBundle) => void;
}

export class RelayUplink implements Uplink {
  readonly kind = 'relay';
  readonly name: string;
  readonly #options: RelayUplinkOptions;
  readonly #manifests: ManifestReader;
  readonly #budgets = new Budgets();
  #events: UplinkEvents | undefined;
  #isUp = false;
  /** Counts sessions; answers to puts of an earlier one are void. */
  #session = 0;
  #state: UplinkStatus['state'] = 'stopped';
  #sinceMs = 0;
  #problem = '';
  #received = 0;

  constructor(options: RelayUplinkOptions) {
    const { clock, node, client } = options;
    this.#options = options;
    this.name = options.name;
    this.#manifests = new ManifestReader({
      clock,
      knows: (id) => node.knows(id),
      want: (site, ids) => {
        if (this.#isUp) client.want(site, ids);
        return this.#isUp;
      },
    });
  }

  start(events: UplinkEvents): void {
    if (this.#events) return;
    const { client, node } = this.#options;
    this.#events = events;
    this.#set('connecting');
    this.#follow();
    client
      .start({
        onUp: () => this.#onUp(),
        onDown: (reason) => this.#onDown(reason),
        knows: (id) => node.knows(id),
        onBundle: (bundle, onAnswer) => this.#onBundle(bundle, onAnswer),
        onWant: (ids) => this.#onWant(ids),
        onPolicy: (wire) => node.adoptPolicy(wire),
        onMark: (site, token) => node.keep([[markName(this.name, site), token]], () => {}),
        onFlowing: () => {},
      })
      .catch((error: unknown) => this.#onDown(String(error)));
  }

  async stop(): Promise<void> {
    if (!this.#events) return;
    this.#events = undefined;
    this.#isUp = false;
    this.#session += 1;
    this.#manifests.stop();
    this.#set('stopped');
    await this.#options.client.stop();
  }

  /** A bundle of the mesh: a manifest of another site shows what is missing here. */
  onBundle(bundle: ReadBundle): void {
    if (bundle.kind !== BundleKind.manifest) return;
    const fields = decodeFields(bundle.signed);
    if (!fields.ok || equalBytes(fields.value.site, this.#options.site)) return;
    this.#manifests.read(fields.value.site, bundle.tag, fields.value.payload);
  }

  onPolicy(): void {
    if (!this.#events) return;
    this.#follow();
    this.#options.client.showPolicy();
  }

  send({ read }: OutgoingBundle, onAnswer: (answer: SendAnswer) => void): void {
    const { client, node, onPublished } = this.#options;
    const session = this.#session;
    const { id, lane } = read;
    client.put({ id, lane, load: () => node.carried(id) }, (given) => {
      if (session !== this.#session) return;
      const answer = inWords(given);
      if (answer.ok) onPublished(read);
      onAnswer(answer);
    });
  }

  status(): UplinkStatus {
    const isUp = this.#state === 'up';
    return {
      state: this.#state,
      sinceMs: this.#sinceMs,
      problem: isUp ? '' : this.#problem,
      mend: '',
      nextTryMs: undefined,
      received: this.#received,
    };
  }

  #onUp(): void {
    this.#isUp = true;
    this.#session += 1;
    this.#problem = '';
    this.#set('up');
    this.#events?.onUp();
  }

  #onDown(reason: string): void {
    const wasUp = this.#isUp;
    this.#isUp = false;
    this.#session += 1;
    this.#problem = reason;
    if (!this.#events) return;
    this.#set('down');
    if (wasUp) this.#events.onDown(reason);
  }

  /** Over its channel's budget it waits; the relay's window then holds back what follows. */
  #onBundle(bundle: CarriedBundle, onAnswer: (answer: PutAnswer) => void): void {
    const { clock } = this.#options;
    const nowMs = clock.monotonicMs();
    const budget = this.#budgetOf(bundle, nowMs);
    const waitMs = budget?.waitMs(nowMs) ?? 0;
    if (waitMs > 0) {
      const session = this.#session;
      clock.after(waitMs, () => {
        if (session === this.#session) this.#onBundle(bundle, onAnswer);
      });
      return;
    }
    budget?.spend(bundle.signed.length, nowMs);
    this.#events?.onBundle(bundle, (answer) => {
      if (answer.ok) this.#received += 1;
      onAnswer(answer);
    });
  }

  /** Undefined for what no rule knows, which the node refuses. */
  #budgetOf({ signed }: CarriedBundle, nowMs: number): Budget | undefined {
    const fields = decodeFields(signed);
    if (!fields.ok) return undefined;
    const { tag } = fields.value;
    const rules = this.#options.node.policy()?.policy.rules ?? [];
    const rule = rules.find((one) => equalBytes(one.tag, tag));
    return rule && this.#budgets.of(tag, rule, nowMs);
  }

  /** Only what may leave now goes again, whoever asks. */
  #onWant(ids: readonly Uint8Array[]): void {
    const { node, client, gate } = this.#options;
    for (const id of ids) {
      const carried = node.carried(id);
      const fields = carried && decodeFields(carried.signed);
      if (!carried || !fields?.ok) continue;
      const { kind, tag, lane } = fields.value;
      // Which role wrote it decides nothing about a relay.
      if (!gate.passageOf({ kind, tag, role: Role.guest, signed: carried.signed })) continue;
      client.put({ id, lane, load: () => node.carried(id) }, () => {});
    }
  }

  #follow(): void {
    const { node, client } = this.#options;
    const followed = followedTags(node.policy()?.policy);
    client.follow(
      followed.map(({ site, tags }) => {
        const token = node.value(markName(this.name, site)) ?? new Uint8Array(0);
        return { site, tags, token };
      }),
    );
  }

  #set(state: UplinkStatus['state']): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#sinceMs = this.#options.clock.monotonicMs();
  }
}

/** Name of the value that keeps the place from which to go on reading a site. */
export function markName(uplink: string, site: Uint8Array): string {
  return `gateway/relay/${uplink}/${toHex(site)}`;
}

const words: Readonly<Record<string, string>> = {
  gone: 'it expired, or has made all the hops that it may',
  'too-large': 'it is too large for the relay',
  expired: 'the relay holds that it has expired',
  'expired-known': 'the relay holds that it has expired',
  'author-frozen': 'the relay refuses its author, who signed two messages under one number',
  'site-foreign': 'the relay holds that the policy does not let it leave',
};

/** The relay's answer with a reason for the admin; what the relay had once it has been given. */
function inWords(answer: RelayAnswer): SendAnswer {
  if (answer.ok || answer.reason === 'seen') return { ok: true };
  const { retry, reason } = answer;
  return { ok: false, retry, reason: words[reason] ?? `the relay refuses it (${reason})` };
}
