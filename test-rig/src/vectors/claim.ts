/**
 * claim.json: claim codes, whole claims octet for octet, provision documents and admin papers,
 * right and wrong. docs/protocol/claim.md says how.
 */
import {
  type ClaimCode,
  claimIdOf,
  concat,
  domain,
  encodeCbor,
  encodeClaimCode,
  shortCodeOf,
  toBase32,
  utf8,
} from '@muster/core';
import { castVector, crypto } from './cast.ts';
import { admin, blank, codeFor, secondAdmin } from './claim-cast.ts';
import { adminPapersVectors, provisionVectors } from './claim-papers.ts';
import { transcript } from './claim-transcript.ts';
import type { Item } from './federation-signed.ts';
import type { Vector } from './json.ts';

const kinds = ['invite', 'label', 'admin'] as const;

export function claimVectors(): Vector {
  const more = [admin, secondAdmin, blank].map(({ name, seed, key }) => ({
    ...{ name, seed, publicKey: key.publicKey },
  }));
  return {
    about:
      'Claim codes, claims, provision documents and admin papers; docs/protocol/claim.md says ' +
      'how. What is under `invalid` is refused with `reason`. In `claims` each end draws its ' +
      'ephemeral key and its nonce as said; the person confirms and the claimant accepts at ' +
      'once. Provision documents are checked for `nodeKey`, and as signed by `issuer` of the ' +
      'row, else of the list. All bytes are hex; codes are text.',
    keys: [...(castVector.keys as readonly Vector[]), ...more],
    trust: castVector.trust,
    codes: codes(),
    claims: kinds.map((kind) => ({ kind, ...(transcript(kind) as Record<string, Vector>) })),
    provisions: provisionVectors(),
    adminPapers: adminPapersVectors(),
  };
}

function codes(): Vector {
  const valid: readonly ClaimCode[] = [
    ...kinds.map(codeFor),
    { ...codeFor('invite'), expiresUnixS: 0, addresses: [] },
    { ...codeFor('invite'), addresses: ['gate.local:8080', '[fd00::1]:8080', '10.0.0.1:80'] },
  ];
  const right = encodeClaimCode(crypto, codeFor('invite'));
  const at = right.length - 30;
  const { secret, fingerprint, site } = codeFor('invite');
  const coded = (items: readonly Item[], word = 'NODE') => {
    const content = encodeCbor([...items]);
    const check = crypto.blake2b(16, domain('claim-check'), utf8(word), content).slice(0, 4);
    return `MUSTER-${word}:1:${toBase32(concat(content, check))}`;
  };
  const wrong: readonly (readonly [why: string, reason: string, text: string])[] = [
    ['Nothing.', 'not-a-code', ''],
    ['Some other text.', 'not-a-code', 'https://example.org/'],
    ['A site card.', 'wrong-kind', 'MUSTER-SITE:1:QICQ'],
    ['A later version.', 'too-new', right.replace(':1:', ':2:')],
    ['Cut off by a letter.', 'damaged', right.slice(0, -1)],
    [
      'A letter changed.',
      'damaged',
      right.slice(0, at) + (right[at] === 'A' ? 'B' : 'A') + right.slice(at + 1),
    ],
    ['An invite under the prefix of a label.', 'damaged', right.replace('NODE', 'BOX')],
    ['A secret of 15 bytes.', 'damaged', coded([secret.slice(1), fingerprint, site, 0, []])],
    [
      'An invite without a site.',
      'damaged',
      coded([secret, fingerprint, new Uint8Array(0), 0, []]),
    ],
    ['A label with a site.', 'damaged', coded([secret, fingerprint, site, 0, []], 'BOX')],
    [
      'Four addresses.',
      'damaged',
      coded([secret, fingerprint, site, 0, ['a:1', 'b:1', 'c:1', 'd:1']]),
    ],
    ['An address without a port.', 'damaged', coded([secret, fingerprint, site, 0, ['a']])],
    ['An item more.', 'damaged', coded([secret, fingerprint, site, 0, [], 0])],
  ];
  return {
    valid: valid.map((code) => ({
      ...{ text: encodeClaimCode(crypto, code), ...code },
      ...{ id: claimIdOf(crypto, code.secret), shortCode: shortCodeOf(crypto, code.secret) },
    })),
    invalid: wrong.map(([why, reason, text]) => ({ why, reason, text })),
  };
}
