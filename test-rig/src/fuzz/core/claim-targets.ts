/** Fuzz targets: how a blank box or a new admin gets its papers: codes, papers, messages. */
import {
  type ClaimCode,
  checkAdminPapers,
  checkProvision,
  claimFingerprint,
  concat,
  decodeClaimCode,
  domain,
  encodeAdminPapers,
  encodeClaimCode,
  fromBase32,
  fromUtf8,
  ok,
  type ProvisionDocument,
  type ProvisionSettings,
  type Result,
  refused,
  signProvision,
  signTrustList,
  toBase32,
  utf8,
} from '@muster/core';
import { type ClaimMessage, decodeClaimMessage, encodeClaimMessage } from '@muster/core/parsers';
import { fuzzLimits } from '../limits.ts';
import { broken, type FuzzTarget } from '../target.ts';
import { admin, crypto, node, otherNode, site, user } from './cast.ts';
import { certificateIn, issuerOf } from './issuers.ts';
import { paperTarget } from './paper.ts';

const { trust } = site;
const none: Uint8Array = new Uint8Array(0);
const words = { invite: 'NODE', label: 'BOX', admin: 'ADMIN' } as const;
const kinds = Object.keys(words) as (keyof typeof words)[];

const sampleCode: ClaimCode = {
  kind: 'invite',
  secret: new Uint8Array(16).fill(3),
  fingerprint: claimFingerprint(crypto, admin.key.publicKey),
  site: trust.site,
  expiresUnixS: 2_000_000_000,
  addresses: ['192.168.1.2:8080', '[fd00::1]:8080', 'north.local:80'],
};

/** Input: the text as people bring it; or a kind (0 to 2) and the content as octets. */
export function createClaimCodeTarget(): FuzzTarget {
  const codes = [
    sampleCode,
    { ...sampleCode, kind: 'label', site: none, addresses: [] } as const,
    { ...sampleCode, kind: 'admin', expiresUnixS: 0 } as const,
  ];
  const texts = codes.map((code) => encodeClaimCode(crypto, code));
  const octets = texts.map((text, i) =>
    concat(Uint8Array.of(i), fromBase32(text.split(':')[2]!)!.slice(0, -4)),
  );
  const around = `http://192.168.1.2:8080/claim#${texts[0]!.toLowerCase().replace(':', '%3A')}`;
  return {
    name: 'claim-code',
    inputBytesMax: fuzzLimits.codeBytesMax,
    seeds: () => [...octets, ...texts.map(utf8), utf8(around)],
    dictionary: ['MUSTER-NODE:1:', 'MUSTER-BOX:1:', 'MUSTER-ADMIN:', '%3a', '%3A', ' '].map(utf8),
    run(input) {
      const text = codeText(input);
      const decoded = decodeClaimCode(crypto, text);
      if (!decoded.ok) return decoded.reason;
      const again = encodeClaimCode(crypto, decoded.value);
      const packed = text.replace(/\s/g, '').replace(/%3a/gi, ':').toUpperCase();
      return packed.includes(again) || broken('two forms of one code');
    },
  };
}

/** The check is made right for octets, or no change of the content would get past it. */
function codeText(input: Uint8Array): string {
  const kind = kinds[input[0] ?? 3];
  if (kind === undefined) return fromUtf8(input) ?? '';
  const content = input.slice(1);
  const parts = [domain('claim-check'), utf8(words[kind]), content];
  const check = crypto.blake2b(16, ...parts).slice(0, 4);
  return `MUSTER-${words[kind]}:1:${toBase32(concat(content, check))}`;
}

const list = signTrustList(
  crypto,
  { site: trust.site, revision: 1, epoch: 0, revoked: [] },
  site.root,
);
const plainSettings: ProvisionSettings = {
  ...{ role: 'node', name: 'north', channels: [], bootstrap: [], uplinks: [] },
};
const fullSettings: ProvisionSettings = {
  ...{ role: 'node', name: 'south', channels: ['general', 'first aid'] },
  bootstrap: ['/ip4/10.0.0.1/tcp/4001'],
  wifi: { ssid: 'Muster', password: 'correct horse', country: 'DE', mode: 'access-point' },
  uplinks: [{ kind: 'relay', address: '/dns4/relay.example/tcp/443', name: 'far' }],
  hostNames: ['south.local'],
};
const provision: ProvisionDocument = {
  ...{ site: trust.site, siteKey: trust.siteKey, siteName: 'Fair' },
  ...{ nodeKey: node.key.publicKey, certificate: node.certificate },
  ...{ settings: plainSettings, documents: [] },
};

export function createProvisionTarget(): FuzzTarget {
  const full = {
    ...{ ...provision, nodeKey: otherNode.key.publicKey, certificate: otherNode.certificate },
    ...{ settings: fullSettings, documents: [list], tlsAuthority: new Uint8Array(300) },
  };
  const nodeKeys = [node, otherNode].map(({ key }) => key.publicKey);
  return paperTarget('provision', {
    domain: 'provision',
    seeds: [
      signProvision(crypto, provision, site.root),
      signProvision(crypto, full, admin.issuer),
      signProvision(crypto, { ...full, documents: [] }, site.root),
    ],
    judge(wire): Result<Uint8Array, string> {
      let reason = 'malformed';
      for (const nodeKey of nodeKeys) {
        const checked = checkProvision(crypto, wire, { nodeKey, site: trust.site });
        if (!checked.ok) {
          reason = checked.reason;
          continue;
        }
        const issuer = issuerOf(checked.value.issuerKey, certificateIn(wire));
        return ok(signProvision(crypto, checked.value, issuer));
      }
      return refused(reason);
    },
  });
}

export function createAdminPapersTarget(): FuzzTarget {
  const papers = {
    siteKey: trust.siteKey,
    siteName: 'Fair',
    certificate: admin.issuer.certificate,
  };
  const adminKey = admin.key.publicKey;
  return paperTarget('admin-papers', {
    seeds: [
      encodeAdminPapers({ ...papers, documents: [] }),
      encodeAdminPapers({ ...papers, documents: [list, list] }),
    ],
    judge(wire): Result<Uint8Array, string> {
      const checked = checkAdminPapers(crypto, wire, { adminKey, site: trust.site });
      return checked.ok ? ok(encodeAdminPapers(checked.value)) : checked;
    },
  });
}

export function claimMessages(): readonly ClaimMessage[] {
  const proof = new Uint8Array(64).fill(1);
  const said = { nonce: new Uint8Array(16), key: user.key.publicKey, proof };
  const { siteKey } = trust;
  return [
    { type: 'issuer', ...said, certificate: none, siteKey, siteName: 'Fair' },
    { type: 'issuer', ...said, certificate: admin.issuer.certificate, siteKey, siteName: '' },
    { type: 'subject', ...said, name: 'north', version: '0.1.0' },
    ...([{ type: 'ready' }, { type: 'done' }, { type: 'closed' }] as const),
    { type: 'offer', document: signProvision(crypto, provision, site.root) },
    ...([
      { type: 'refused', reason: 'declined' },
      { type: 'refused', reason: 'used' },
    ] as const),
  ];
}

export function createClaimMessageTarget(): FuzzTarget {
  return paperTarget('claim-message', {
    seeds: claimMessages().map(encodeClaimMessage),
    judge(plain): Result<Uint8Array, string> {
      const message = decodeClaimMessage(plain);
      if (!message) return refused('malformed');
      // A reason of a later version reads as one that is known.
      const isRefusal = message.type === 'refused' && message.reason === 'declined';
      return ok(isRefusal ? plain : encodeClaimMessage(message));
    },
  });
}
