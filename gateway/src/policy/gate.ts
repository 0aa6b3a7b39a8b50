/**
 * What may leave over one uplink (step 6), asked for each bundle when it is lined up and again when
 * it is sent, so that a withdrawal counts at once. A relay follows the signed site policy, an
 * upstream broker the list of channels its admin gave. Only bundles of the own site ever leave.
 */
import {
  BundleKind,
  bytesKey,
  type ChannelMessage,
  Crossing,
  type CrossingRule,
  crossingKinds,
  decodeFields,
  decodeMessage,
  equalBytes,
  type NodeApi,
  type ReadBundle,
  Role,
  Scope,
} from '@muster/core';
import type { BudgetRates } from './budget.ts';

/** A channel that crosses: what it is called, and how much of it may go. */
export interface Passage extends BudgetRates {
  readonly tag: Uint8Array;
  readonly channel: string;
}

export type JudgedBundle = Pick<ReadBundle, 'kind' | 'tag' | 'role' | 'signed'>;

export interface Gate {
  /** The tags that may leave now. */
  passages(): readonly Passage[];
  /** The passage of this bundle; undefined when it stays. */
  passageOf(bundle: JudgedBundle): Passage | undefined;
}

interface GateOptions {
  /** Id of the own site, 16 bytes. */
  readonly site: Uint8Array;
  readonly kinds: ReadonlySet<number>;
  /** Asked each time, so that it always holds; the same array as long as nothing changed. */
  readonly passages: () => readonly Passage[];
}

/** The signed policy: rules that publish. Which peers then get it, the relay and they decide. */
export function policyGate(node: Pick<NodeApi, 'policy'>, site: Uint8Array): Gate {
  let rules: readonly CrossingRule[] = [];
  let published: readonly Passage[] = [];
  const passages = (): readonly Passage[] => {
    const newest = node.policy()?.policy.rules ?? rules;
    if (newest !== rules) {
      rules = newest;
      published = rules.filter(isPublished).map(passageOfRule);
    }
    return published;
  };
  return new TagGate({ site, kinds: crossingKinds, passages });
}

export interface ChannelGateOptions {
  readonly site: Uint8Array;
  readonly passages: () => readonly Passage[];
  /** What gateways sign for messages that came from this upstream: they never go back to it. */
  readonly via: string;
}

/** The channels that the admin gave; messages only, for brokers know nothing else. */
export function channelGate({ site, passages, via }: ChannelGateOptions): Gate {
  const gate = new TagGate({ site, kinds: new Set([BundleKind.message]), passages });
  return {
    passages,
    passageOf: (bundle) => (viaOf(bundle)?.client === via ? undefined : gate.passageOf(bundle)),
  };
}

/** On whose behalf a node signed a message; undefined for any other bundle. */
export function viaOf(bundle: JudgedBundle): ChannelMessage['via'] {
  if (bundle.kind !== BundleKind.message || bundle.role !== Role.node) return undefined;
  const fields = decodeFields(bundle.signed);
  return fields.ok ? decodeMessage(fields.value.payload)?.via : undefined;
}

function isPublished({ crossing }: CrossingRule): boolean {
  return (crossing & Crossing.publish) !== 0;
}

function passageOfRule({ tag, name, bundlesPerMinute, bytesPerMinute }: CrossingRule): Passage {
  return { tag, channel: name, bundlesPerMinute, bytesPerMinute };
}

class TagGate implements Gate {
  readonly #options: GateOptions;
  #listed: readonly Passage[] = [];
  #byTag: ReadonlyMap<string, Passage> = new Map();

  constructor(options: GateOptions) {
    this.#options = options;
  }

  passages(): readonly Passage[] {
    return this.#options.passages();
  }

  passageOf(bundle: JudgedBundle): Passage | undefined {
    const { site, kinds } = this.#options;
    const passage = kinds.has(bundle.kind) ? this.#index().get(bytesKey(bundle.tag)) : undefined;
    const fields = passage && decodeFields(bundle.signed);
    if (!passage || !fields?.ok) return undefined;
    const isOwn = equalBytes(fields.value.site, site);
    return isOwn && fields.value.scope === Scope.anywhere ? passage : undefined;
  }

  #index(): ReadonlyMap<string, Passage> {
    const passages = this.#options.passages();
    if (passages !== this.#listed) {
      this.#listed = passages;
      this.#byTag = new Map(passages.map((passage) => [bytesKey(passage.tag), passage]));
    }
    return this.#byTag;
  }
}
