import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsItems } from '../../src/claim/provision-settings.ts';
import { rootIssuer, signIssued } from '../../src/identity/issued.ts';
import {
  type CborValue,
  checkProvision,
  claimFingerprint,
  claimLimits,
  encodeCbor,
  fittingDocuments,
  Power,
  type ProvisionDocument,
  type ProvisionSettings,
  previewOf,
  signProvision,
} from '../../src/index.ts';
import { ada, adminOf, bob, root, site, withoutPower } from '../support/admins.ts';
import { crypto, keyPair } from '../support/crypto.ts';
import { bitFlips, hostileCbor, truncated } from '../support/mutations.ts';
import { blank, provisionFor, siteKey } from './claim-world.ts';

const nodeKey = blank.publicKey;
const document = provisionFor(nodeKey);
const { settings } = document;
const wire = signProvision(crypto, document, ada);
const reason = (of: Uint8Array, expected = {}) => {
  const checked = checkProvision(crypto, of, { nodeKey, ...expected });
  return checked.ok ? 'ok' : checked.reason;
};

function itemsOf(of: ProvisionDocument): CborValue[] {
  const { siteName, certificate, documents, tlsAuthority } = of;
  return [
    ...[1, of.site, of.siteKey, siteName, of.nodeKey, certificate],
    ...[settingsItems(of.settings), documents, tlsAuthority ?? new Uint8Array(0)],
  ];
}

const signedBy = (items: CborValue, issuer = ada) =>
  signIssued(crypto, { domain: 'provision', signed: encodeCbor(items) }, issuer);
const withSettings = (changes: Partial<ProvisionSettings>) =>
  signedBy(itemsOf({ ...document, settings: { ...settings, ...changes } }));

test('a document comes back whole, from an admin and from the root', () => {
  const checked = checkProvision(crypto, wire, { nodeKey, site });
  assert.ok(checked.ok);
  const { issuerKey, chain, ...rest } = checked.value;
  assert.deepEqual(rest, document);
  assert.deepEqual(issuerKey, ada.key.publicKey);
  assert.deepEqual(chain.admin, ada.key.publicKey);
  const { wifi: _, hostNames: __, ...little } = settings;
  const { tlsAuthority: ___, ...least } = { ...document, documents: [], settings: little };
  const byRoot = checkProvision(crypto, signProvision(crypto, least, rootIssuer(root)), {
    nodeKey,
  });
  assert.ok(byRoot.ok);
  assert.deepEqual(byRoot.value.issuerKey, siteKey);
  assert.deepEqual(byRoot.value.settings, little);
});

test('whose it is, and by whom, decides', () => {
  const issuerFingerprint = claimFingerprint(crypto, ada.key.publicKey);
  assert.equal(reason(wire, { issuerFingerprint }), 'ok');
  const other = claimFingerprint(crypto, bob.key.publicKey);
  assert.equal(reason(wire, { issuerFingerprint: other }), 'wrong-issuer');
  assert.equal(reason(wire, { nodeKey: keyPair(42).publicKey }), 'not-yours');
  assert.equal(reason(wire, { site: new Uint8Array(16) }), 'foreign');
  const items = itemsOf(document);
  assert.equal(reason(signedBy(items, withoutPower(Power.nodes))), 'forged');
  assert.equal(reason(signedBy(items, adminOf(keyPair(24), { by: keyPair(9) }))), 'forged');
  assert.equal(reason(signedBy(items, rootIssuer(keyPair(9)))), 'forged');
  assert.equal(reason(signedBy(itemsOf({ ...document, siteKey: ada.key.publicKey }))), 'foreign');
});

test('the certificate in it is for this node, and says what the settings say', () => {
  const other = provisionFor(keyPair(42).publicKey).certificate;
  assert.equal(reason(signedBy(itemsOf({ ...document, certificate: other }))), 'not-yours');
  const strangers = provisionFor(nodeKey, rootIssuer(keyPair(9))).certificate;
  assert.equal(reason(signedBy(itemsOf({ ...document, certificate: strangers }))), 'foreign');
  const forged = provisionFor(nodeKey, withoutPower(Power.nodes)).certificate;
  assert.equal(reason(signedBy(itemsOf({ ...document, certificate: forged }))), 'forged');
  assert.equal(reason(withSettings({ name: 'other' })), 'malformed');
  assert.equal(reason(withSettings({ role: 'node' })), 'malformed');
});

test('texts that would not be plain in a configuration file are refused', () => {
  const wifi = settings.wifi!;
  const wrong: readonly Partial<ProvisionSettings>[] = [
    ...['', 'a\nb', 'a\u2028b', 'x'.repeat(65)].map((name) => ({ channels: [name] })),
    ...['', 'ip4/1', '/a b', '/ä'].map((address) => ({ bootstrap: [address] })),
    ...['', 'a b', 'a\n'].map((address) => ({ uplinks: [{ kind: 'mqtt' as const, address }] })),
    { uplinks: [{ kind: 'relay', address: 'a', name: 'x\r' }] },
    ...['', '-a', 'a_b', 'a b', 'a.'].map((name) => ({ hostNames: [name] })),
    ...['', 'a\n', 'x'.repeat(33)].map((ssid) => ({ wifi: { ...wifi, ssid } })),
    ...['short', 'p\nassword', 'pässwörter', 'x'.repeat(64)].map((password) => ({
      wifi: { ...wifi, password },
    })),
    ...['D', 'de', 'D\n', 'DEU'].map((country) => ({ wifi: { ...wifi, country } })),
    { channels: Array<string>(claimLimits.channelsMax + 1).fill('a') },
    { bootstrap: Array<string>(claimLimits.bootstrapMax + 1).fill('/a') },
    { hostNames: Array<string>(claimLimits.hostNamesMax + 1).fill('a') },
  ];
  for (const changes of wrong) {
    assert.equal(reason(withSettings(changes)), 'malformed', JSON.stringify(changes));
    const made = { ...document, settings: { ...settings, ...changes } };
    assert.throws(() => signProvision(crypto, made, ada), RangeError);
  }
  const open = { ...settings, wifi: { ...wifi, password: '', mode: 'access-point' as const } };
  assert.equal(reason(withSettings(open)), 'ok');
});

test('Wi-Fi settings are there as a whole or not at all', () => {
  const signed = encodeCbor(itemsOf(document));
  const { ssid, password, country } = settings.wifi!;
  const parts = encodeCbor([ssid, password, country]).subarray(1);
  const head = signed.findIndex((_, at) => parts.every((byte, i) => signed[at + 1 + i] === byte));
  assert.equal(signed[head], 0x84);
  for (const fewer of [0x80, 0x81, 0x82, 0x83]) {
    // The items stay where they are and are no part of the array any more.
    signed[head] = fewer;
    assert.equal(reason(signIssued(crypto, { domain: 'provision', signed }, ada)), 'malformed');
  }
});

test('damaged, cut and hostile documents are refused', () => {
  for (const cut of truncated(wire)) assert.equal(reason(cut), 'malformed');
  let forged = 0;
  for (const flipped of [...bitFlips(wire)].filter((_, i) => i % 7 === 0)) {
    const why = reason(flipped);
    assert.notEqual(why, 'ok');
    if (why === 'forged') forged++;
  }
  assert.ok(forged > 100);
  for (const [what, bytes] of Object.entries(hostileCbor)) {
    assert.equal(reason(bytes), 'malformed', what);
  }
  const items = itemsOf(document);
  const wrong: Readonly<Record<string, CborValue[]>> = {
    'version 2': [2, ...items.slice(1)],
    'an item more': [...items, 0],
    'an item less': items.slice(0, -1),
    'an empty document in it': items.with(7, [new Uint8Array(0)]),
    'Wi-Fi of two items': items.with(6, (items[6] as CborValue[]).with(4, ['a', ''])),
    'Wi-Fi of an unknown mode': items.with(
      6,
      (items[6] as CborValue[]).with(4, ['a', '', 'DE', 2]),
    ),
    'a site name with a line break': items.with(3, 'a\nb'),
    'an unknown role': items.with(6, (items[6] as CborValue[]).with(0, 3)),
  };
  for (const [what, of] of Object.entries(wrong))
    assert.equal(reason(signedBy(of)), 'malformed', what);
});

test('a document at its longest fits into one message of a claim; what is more is left out', () => {
  const { documentBytesTotalMax, documentsMax, settingBytesMax } = claimLimits;
  const long = (text: string) => text.padEnd(settingBytesMax, 'x');
  const largest: ProvisionDocument = {
    ...document,
    settings: {
      ...settings,
      channels: Array<string>(claimLimits.channelsMax).fill('c'.repeat(64)),
      bootstrap: Array<string>(claimLimits.bootstrapMax).fill(long('/')),
      uplinks: Array(claimLimits.uplinksMax).fill({
        ...{ kind: 'mqtt', address: long('a'), name: 'n'.repeat(64) },
      }),
      hostNames: Array<string>(claimLimits.hostNamesMax).fill(long('h')),
    },
    documents: [new Uint8Array(documentBytesTotalMax)],
    tlsAuthority: new Uint8Array(claimLimits.tlsAuthorityBytesMax),
  };
  const longest = signProvision(crypto, largest, ada);
  assert.equal(reason(longest), 'ok');
  assert.ok(longest.length <= claimLimits.documentBytesMax);
  const more = { ...largest, documents: [...largest.documents, Uint8Array.of(1)] };
  assert.throws(() => signProvision(crypto, more, ada), RangeError);

  const sizes = [20_000, 20_000, 10_000, 1];
  const fitting = fittingDocuments(sizes.map((size) => new Uint8Array(size)));
  assert.deepEqual(
    fitting.map(({ length }) => length),
    [20_000, 10_000, 1],
  );
  const many = Array.from({ length: documentsMax + 5 }, () => Uint8Array.of(1));
  assert.equal(fittingDocuments(many).length, documentsMax);
});

test('the preview says what changes, and never the Wi-Fi password', () => {
  const rows = previewOf(document);
  assert.deepEqual(
    rows.map(({ what }) => what),
    [
      ...['site', 'name', 'role', 'channels', 'Wi-Fi', 'uplinks', 'first nodes to reach'],
      'host names',
    ],
  );
  assert.ok(rows.every(({ from }) => from === ''));
  assert.ok(!JSON.stringify(rows).includes('pass word 1'));
  assert.equal(rows[4]?.to, 'joins “Harbour ⚓” with a password (DE)');
  const now = { ...settings, siteName: 'Harbour', name: 'gate-1', uplinks: [] };
  assert.deepEqual(previewOf(document, now), [
    { what: 'name', from: 'gate-1', to: 'gate' },
    { what: 'uplinks', from: '', to: 'far relay /dns4/relay.example/tcp/7320' },
  ]);
  assert.deepEqual(previewOf(document, { ...settings, siteName: 'Harbour' }), []);
});
