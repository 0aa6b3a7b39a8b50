/**
 * federation.json: site cards, site policies, what crosses under them, manifests, and messages that
 * a gateway signs on behalf of others, right and wrong. docs/protocol/federation.md says how.
 */
import {
  type ChannelMessage,
  concat,
  encodeCbor,
  encodeManifest,
  encodeMessage,
  encodeSiteCard,
  federationLimits,
  policyTag,
  toBase32,
} from '@muster/core';
import { castVector, crypto, foreignRoot, foreignSite, none, root, site } from './cast.ts';
import { crossings } from './federation-crossing.ts';
import { policyVectors } from './federation-policies.ts';
import { type Item, signedBy } from './federation-signed.ts';
import type { Vector } from './json.ts';

export function federationVectors(): Vector {
  const { name, seed, key } = foreignRoot;
  return {
    about:
      'Site cards, site policies, crossing, manifests and messages with `via`; ' +
      'docs/protocol/federation.md and channels.md say how. A receiver knows the site as in ' +
      '`trust`. What is under `invalid` is refused, with `reason` where it has one. All bytes ' +
      'are hex; site cards are text.',
    keys: [...(castVector.keys as readonly Vector[]), { name, seed, publicKey: key.publicKey }],
    trust: castVector.trust,
    policyTags: [site, foreignSite].map((of) => ({ site: of, tag: policyTag(crypto, of) })),
    cards: cards(),
    policies: policyVectors(),
    crossings: crossings(),
    manifests: manifests(),
    messages: messages(),
  };
}

function cards(): Vector {
  const siteKey = foreignRoot.key.publicKey;
  const relays = ['/dns4/relay.example/tcp/7320', '/dns4/relay.example/tcp/7321/ws'];
  const longest = `/${'x'.repeat(federationLimits.relayAddressBytesMax - 1)}`;
  const valid = [
    { siteKey, name: 'harbour', relays },
    { siteKey, name: '', relays: [] },
    { siteKey, name: 'Þórr ⚡', relays: ['/ip6/2001:db8::1/tcp/7320'] },
    { siteKey, name: 'x'.repeat(64), relays: Array<string>(4).fill(longest) },
  ];
  const right = encodeSiteCard(crypto, valid[0]!, foreignRoot.key);
  const card = (items: readonly Item[], by = foreignRoot) =>
    `MUSTER-SITE:1:${toBase32(signedBy(by, 'site-card', items))}`;
  const at = right.length - 20;
  const damaged = `${right.slice(0, at)}${right[at] === 'A' ? 'B' : 'A'}${right.slice(at + 1)}`;
  const wrong: readonly (readonly [why: string, reason: string, text: string])[] = [
    ['Nothing.', 'malformed', ''],
    ['Another prefix.', 'malformed', right.replace('SITE', 'NODE')],
    ['A later version.', 'too-new', right.replace(':1:', ':2:')],
    ['Version 0.', 'malformed', right.replace(':1:', ':0:')],
    ['Something after it.', 'malformed', `${right}\n`],
    ['Padding.', 'malformed', `${right}=`],
    ['Cut off by a letter.', 'malformed', right.slice(0, -1)],
    ['One letter of the signature changed.', 'forged', damaged],
    ['Signed by another root.', 'forged', card([1, siteKey, 'harbour', relays], root)],
    ['Version 2 inside.', 'malformed', card([2, siteKey, 'harbour', relays])],
    ['A name of 65 bytes.', 'malformed', card([1, siteKey, 'x'.repeat(65), relays])],
    ['Five relays.', 'malformed', card([1, siteKey, 'harbour', Array<string>(5).fill('/a')])],
    ['An address of 129 bytes.', 'malformed', card([1, siteKey, 'harbour', [`${longest}x`]])],
    ['An address that is no multiaddr.', 'malformed', card([1, siteKey, 'harbour', ['a:1']])],
    ['An address with a space.', 'malformed', card([1, siteKey, 'harbour', ['/dns4/a b']])],
    ['More letters than any card has.', 'malformed', `MUSTER-SITE:1:${'A'.repeat(1_400)}`],
  ];
  return {
    valid: valid.map((of) => ({ ...of, text: encodeSiteCard(crypto, of, foreignRoot.key) })),
    invalid: wrong.map(([why, reason, text]) => ({ why, reason, text })),
  };
}

function manifests(): Vector {
  const ids = [0xa1, 0xa2, 0xa3].map((byte) => new Uint8Array(32).fill(byte));
  const id = ids[0]!;
  const valid = [[], [id], ids, Array<Uint8Array>(federationLimits.manifestIdsMax).fill(id)];
  const wrong: readonly (readonly [why: string, payload: Uint8Array])[] = [
    ['No bytes.', none],
    ['No version.', encodeCbor([])],
    ['Version 2.', encodeCbor([2, id])],
    ['An id of 31 bytes.', encodeCbor([1, id.subarray(1)])],
    ['Ids in an array of their own.', encodeCbor([1, [id]])],
    ['257 ids.', encodeCbor([1, ...Array<Uint8Array>(257).fill(id)])],
    ['A byte too many.', concat(encodeManifest(ids), Uint8Array.of(0))],
  ];
  return {
    valid: valid.map((of) => ({ ids: of, payload: encodeManifest(of) })),
    invalid: wrong.map(([why, payload]) => ({ why, payload })),
  };
}

function messages(): Vector {
  const ref = new Uint8Array(8).fill(0x5e);
  const from = (client: string, name: string, text: string): ChannelMessage => ({
    ...{ name, text },
    via: { kind: 'mqtt', client, ref },
  });
  const valid = [
    from('door-1', 'North door', 'open'),
    from('uplink:city', 'Ada', 'Grüße'),
    from('x'.repeat(64), '', ''),
  ];
  const wrong: readonly (readonly [why: string, payload: Uint8Array])[] = [
    ['Version 1 with four items.', encodeCbor([1, 'Ada', 'text', [0, 'door-1', ref]])],
    ['Version 2 with three items.', encodeCbor([2, 'Ada', 'text'])],
    ['A kind that is not known.', encodeCbor([2, 'Ada', 'text', [1, 'door-1', ref]])],
    ['A client of 65 bytes.', encodeCbor([2, 'Ada', 'text', [0, 'x'.repeat(65), ref]])],
    ['A reference of 7 bytes.', encodeCbor([2, 'Ada', 'text', [0, 'a', ref.subarray(1)]])],
    ['No reference.', encodeCbor([2, 'Ada', 'text', [0, 'a']])],
    ['An item too many.', encodeCbor([2, 'Ada', 'text', [0, 'a', ref, 0]])],
    ['A byte too many.', concat(encodeMessage(valid[0]!), Uint8Array.of(0))],
  ];
  return {
    valid: valid.map((message) => ({
      ...{ name: message.name, text: message.text },
      ...{ client: message.via!.client, ref: message.via!.ref },
      payload: encodeMessage(message),
    })),
    invalid: wrong.map(([why, payload]) => ({ why, payload })),
  };
}
