/** federation.json against the core. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rootIssuer } from '../../src/identity/issued.ts';
import {
  type BundleKind,
  type CrossingRule,
  checkSitePolicy,
  crossingKinds,
  decodeManifest,
  decodeMessage,
  decodeSiteCard,
  encodeManifest,
  encodeMessage,
  encodeSiteCard,
  mayEnter,
  mayLeave,
  type Pin,
  policyTag,
  type Scope,
  type SiteTrust,
  signSitePolicy,
} from '../../src/index.ts';
import { crypto } from '../support/crypto.ts';
import { bytes, type Cast, load } from './load.ts';

/** As in the file: bytes as hexadecimal. */
type Hex<T> = {
  readonly [K in keyof T]: T[K] extends Uint8Array
    ? string
    : T[K] extends readonly Uint8Array[]
      ? readonly string[]
      : T[K];
};
type Row = Readonly<Record<string, string>>;
interface Both<T> {
  readonly valid: readonly T[];
  readonly invalid: readonly Row[];
}
interface PolicyRow {
  readonly wire: string;
  readonly policy: {
    readonly site: string;
    readonly revision: number;
    readonly pins: readonly Hex<Pin>[];
    readonly rules: readonly Hex<CrossingRule>[];
  };
}
interface CrossingRow {
  readonly why: string;
  readonly site: string;
  readonly tag: string;
  readonly scope: Scope;
  readonly kind: BundleKind;
  readonly leavesTo: readonly string[];
  readonly enters: boolean;
}
interface FederationFile extends Cast {
  readonly policyTags: readonly Row[];
  readonly cards: Both<{
    readonly siteKey: string;
    readonly name: string;
    readonly relays: readonly string[];
    readonly text: string;
  }>;
  readonly policies: Both<PolicyRow>;
  readonly crossings: { readonly policy: number; readonly rows: readonly CrossingRow[] };
  readonly manifests: Both<{ readonly ids: readonly string[]; readonly payload: string }>;
  readonly messages: Both<Row & { readonly name: string; readonly text: string }>;
}

const file = load<FederationFile>('federation.json');
const { site, siteKey, epoch } = file.trust;
const trust: SiteTrust = { crypto, site: bytes(site), siteKey: bytes(siteKey), epoch };
const keyOf = (name: string) => {
  const seed = file.keys.find((key) => key.name === name)?.seed;
  return crypto.keyPairFromSeed(bytes(seed));
};

test('site cards', () => {
  for (const { text, ...row } of file.cards.valid) {
    const card = { ...row, siteKey: bytes(row.siteKey) };
    assert.deepEqual(decodeSiteCard(crypto, text), { ok: true, value: card });
    assert.deepEqual(decodeSiteCard(crypto, text.toLowerCase()), { ok: true, value: card });
    assert.equal(encodeSiteCard(crypto, card, keyOf('foreign root')), text);
  }
  for (const { why, text, reason } of file.cards.invalid) {
    assert.deepEqual(decodeSiteCard(crypto, text!), { ok: false, reason }, why);
  }
});

function policyOf({ policy }: PolicyRow) {
  return {
    site: bytes(policy.site),
    revision: policy.revision,
    pins: policy.pins.map((pin) => ({
      ...pin,
      site: bytes(pin.site),
      siteKey: bytes(pin.siteKey),
    })),
    rules: policy.rules.map((rule) => ({
      ...rule,
      tag: bytes(rule.tag),
      home: bytes(rule.home),
      peers: rule.peers.map(bytes),
    })),
  };
}

test('site policies', () => {
  for (const { site: of, tag } of file.policyTags) {
    assert.deepEqual(policyTag(crypto, bytes(of)), bytes(tag));
  }
  for (const row of file.policies.valid) {
    const policy = policyOf(row);
    assert.deepEqual(checkSitePolicy(trust, bytes(row.wire)), { ok: true, value: policy });
    assert.deepEqual(signSitePolicy(crypto, policy, rootIssuer(keyOf('root'))), bytes(row.wire));
  }
  for (const { why, wire, reason } of file.policies.invalid) {
    assert.deepEqual(checkSitePolicy(trust, bytes(wire)), { ok: false, reason }, why);
  }
});

test('what crosses', () => {
  const policy = policyOf(file.policies.valid[file.crossings.policy]!);
  for (const { why, site: of, tag, scope, kind, leavesTo, enters } of file.crossings.rows) {
    const subject = { site: bytes(of), tag: bytes(tag), scope };
    const crosses = crossingKinds.has(kind);
    const peers = policy.pins.filter((pin) => crosses && mayLeave(policy, subject, pin.site));
    assert.deepEqual(
      peers.map((pin) => pin.site),
      leavesTo.map(bytes),
      why,
    );
    assert.equal(crosses && mayEnter(policy, subject) !== undefined, enters, why);
  }
});

test('manifests', () => {
  for (const { ids, payload } of file.manifests.valid) {
    assert.deepEqual(decodeManifest(bytes(payload)), ids.map(bytes));
    assert.deepEqual(encodeManifest(ids.map(bytes)), bytes(payload));
  }
  for (const { why, payload } of file.manifests.invalid) {
    assert.equal(decodeManifest(bytes(payload)), undefined, why);
  }
});

test('messages on behalf of others', () => {
  for (const { name, text, client, ref, payload } of file.messages.valid) {
    const via = { kind: 'mqtt', client: client!, ref: bytes(ref) } as const;
    assert.deepEqual(decodeMessage(bytes(payload)), { name, text, via });
    assert.deepEqual(encodeMessage({ name, text, via }), bytes(payload));
  }
  for (const { why, payload } of file.messages.invalid) {
    assert.equal(decodeMessage(bytes(payload)), undefined, why);
  }
});
