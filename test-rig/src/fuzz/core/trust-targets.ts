/** Fuzz targets: what admins sign for the whole site, and what nodes and people say to admins. */
import {
  checkGuestPass,
  concat,
  decodeAdminAct,
  decodeGrant,
  decodePersonCode,
  domain,
  encodeAdminAct,
  encodeGrant,
  encodeNodeReport,
  encodePersonCode,
  firstRules,
  fromBase32,
  fromUtf8,
  GrantKind,
  GuestAdmission,
  ok,
  type Result,
  readNodeReport,
  refused,
  signGuestPass,
  signSiteRules,
  signTrustList,
  toBase32,
  utf8,
  verifySiteRules,
  verifyTrustList,
} from '@muster/core';
import { fuzzLimits } from '../limits.ts';
import { broken, type FuzzTarget } from '../target.ts';
import { admin, crypto, foreignSite, guest, node, site, staff, user } from './cast.ts';
import { issuerIn } from './issuers.ts';
import { paperTarget } from './paper.ts';
import { fullReport, plainReport } from './report-samples.ts';
import { resign } from './resign.ts';

const { trust } = site;
const none = new Uint8Array(0);
const malformed = refused('malformed');

export function createTrustListTarget(): FuzzTarget {
  const { site: id } = trust;
  const revocation = { key: guest.key.publicKey, reason: 3, label: 'the loud one' } as const;
  const ofNode = { key: node.key.publicKey, reason: 1, label: '' } as const;
  const list = { site: id, revision: 1, epoch: 0, revoked: [] };
  const many = Array.from({ length: 40 }, (_, i) => ({
    ...{ key: new Uint8Array(32).fill(i), reason: 0 as const, label: `key ${i}` },
  }));
  return paperTarget('trust-list', {
    domain: 'trust-list',
    seeds: [
      signTrustList(crypto, list, site.root),
      signTrustList(crypto, { ...list, epoch: 7, revoked: [revocation] }, site.root),
      signTrustList(crypto, { ...list, revision: 2, revoked: [revocation, ofNode] }, admin.issuer),
      signTrustList(crypto, { ...list, revision: 2 ** 53 - 1, revoked: many }, admin.issuer),
      signTrustList(crypto, { ...list, site: foreignSite.trust.site }, foreignSite.root),
    ],
    judge(wire): Result<Uint8Array, string> {
      const verified = verifyTrustList(trust, wire);
      return verified.ok ? ok(signTrustList(crypto, verified.value, issuerIn(wire))) : verified;
    },
  });
}

export function createSiteRulesTarget(): FuzzTarget {
  const rules = { ...firstRules(trust.site), revision: 1 };
  const strict = {
    ...{ ...rules, revision: 300, guests: GuestAdmission.approval },
    ...{ guestBundlesPerMinute: 0, guestTicketsPerMinute: 1, announcement: 'Doors at eight' },
  };
  return paperTarget('site-rules', {
    domain: 'site-rules',
    seeds: [
      signSiteRules(crypto, rules, site.root),
      signSiteRules(crypto, strict, admin.issuer),
      signSiteRules(crypto, { ...strict, guests: GuestAdmission.pass }, site.root),
    ],
    judge(wire): Result<Uint8Array, string> {
      const verified = verifySiteRules(trust, wire);
      return verified.ok ? ok(signSiteRules(crypto, verified.value, issuerIn(wire))) : verified;
    },
  });
}

const passPrefix = 'MUSTER-PASS:1:';

/** Input: the pass as octets, or as the text that people show. */
export function createGuestPassTarget(): FuzzTarget {
  const pass = { site: trust.site, serial: new Uint8Array(8).fill(9), epoch: 3, usesMax: 20 };
  const underNode = { key: node.key, certificate: node.certificate };
  const texts = [
    signGuestPass(crypto, pass, site.root),
    signGuestPass(crypto, { ...pass, epoch: 0, usesMax: 1 }, admin.issuer),
    signGuestPass(crypto, pass, underNode),
  ];
  const wires = texts.map((text) => fromBase32(text.slice(passPrefix.length))!);
  const issuers = [site.root, admin.issuer, underNode];
  return {
    name: 'guest-pass',
    inputBytesMax: fuzzLimits.codeBytesMax,
    seeds: () => [...wires, ...texts.map(utf8)],
    dictionary: [utf8(passPrefix)],
    repair: (input) => (input[0]! >> 5 === 4 ? resign(input, 'guest-pass') : undefined),
    run(input) {
      const isText = input[0] !== undefined && input[0] >> 5 !== 4;
      const text = isText ? (fromUtf8(input) ?? '') : passPrefix + toBase32(input);
      const checked = checkGuestPass(trust, text);
      if (!checked.ok) return checked.reason;
      const plain = text.trim().toUpperCase();
      const isOurs = issuers.some((by) => signGuestPass(crypto, checked.value, by) === plain);
      // The certificate inside may be another one that was signed rightly.
      if (!isOurs && !isWholePass(plain)) broken('two forms of one pass');
      return true;
    },
  };
}

function isWholePass(text: string): boolean {
  const wire = fromBase32(text.slice(passPrefix.length));
  const again = wire && resign(wire, 'guest-pass');
  return again !== undefined && passPrefix + toBase32(again) === text;
}

export function createGrantTarget(): FuzzTarget {
  const contents = [node.certificate, guest.ticket, admin.issuer.certificate, utf8('-----BEGIN')];
  return paperTarget('grant', {
    seeds: Object.values(GrantKind).map((kind, i) => encodeGrant({ kind, content: contents[i]! })),
    judge(payload): Result<Uint8Array, string> {
      const grant = decodeGrant(payload);
      return grant ? ok(encodeGrant(grant)) : malformed;
    },
  });
}

export function createAdminActTarget(): FuzzTarget {
  const list = { site: trust.site, revision: 1, epoch: 0, revoked: [] };
  const documents = [signTrustList(crypto, list, site.root)];
  const restart = {
    ...{ command: 'node.restart', node: node.key.publicKey, params: '{"why":"test"}' },
    documents: [],
  };
  return paperTarget('admin-act', {
    seeds: [
      encodeAdminAct(restart),
      encodeAdminAct({ ...restart, command: 'list.set', node: none, params: '{}', documents }),
    ],
    judge(payload): Result<Uint8Array, string> {
      const act = decodeAdminAct(payload);
      return act ? ok(encodeAdminAct(act)) : malformed;
    },
  });
}

/** JSON has many forms of one value, so what is read is written and must read the same again. */
export function createNodeReportTarget(): FuzzTarget {
  return {
    name: 'node-report',
    seeds: () => [encodeNodeReport(plainReport), encodeNodeReport(fullReport)],
    run(input) {
      const report = readNodeReport(input);
      if (!report) return 'malformed';
      const once = encodeNodeReport(report);
      const again = readNodeReport(once);
      if (!again || !Buffer.from(encodeNodeReport(again)).equals(once)) broken('reads otherwise');
      return true;
    },
  };
}

const keyPrefix = 'MUSTER-KEY:1:';

/** Input: the text; or key, check and name as octets behind a zero. */
export function createPersonCodeTarget(): FuzzTarget {
  const texts = [user, staff, guest].map(({ key }, i) =>
    encodePersonCode(crypto, { key: key.publicKey, name: ['Ada', '', 'ä'.repeat(32)][i]! }),
  );
  const octets = texts.map((text) => concat(zero, fromBase32(text.slice(keyPrefix.length))!));
  return {
    name: 'person-code',
    inputBytesMax: fuzzLimits.codeBytesMax,
    seeds: () => [...octets, ...texts.map(utf8)],
    dictionary: [utf8(keyPrefix)],
    repair: checkedAgain,
    run(input) {
      const text = textOf(input);
      const code = decodePersonCode(crypto, text);
      if (!code) return 'malformed';
      const isSame = encodePersonCode(crypto, code) === text.trim().toUpperCase();
      return isSame || broken('two forms of one code');
    },
  };
}

const zero = new Uint8Array(1);

function textOf(input: Uint8Array): string {
  return input[0] === 0 ? keyPrefix + toBase32(input.subarray(1)) : (fromUtf8(input) ?? '');
}

function checkedAgain(input: Uint8Array): Uint8Array | undefined {
  if (input[0] !== 0 || input.length < 37) return undefined;
  const key = input.subarray(1, 33);
  const label = input.subarray(37);
  const check = crypto.blake2b(16, domain('person-code'), key, label).subarray(0, 4);
  return concat(zero, key, check, label);
}
