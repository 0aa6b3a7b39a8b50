/** identity.json against the core. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkAdminCertificate,
  checkCertificate,
  checkTicket,
  decodeTicket,
  personOfDevice,
  siteIdOf,
  ticketIdOf,
} from '../../src/index.ts';
import { crypto } from '../support/crypto.ts';
import { bytes, type Cast, load } from './load.ts';
import { trustOf } from './receiver.ts';

type Fields = Readonly<Record<string, string | number>>;
interface Wrong {
  readonly reason: string;
  readonly why: string;
  readonly wire: string;
  readonly subject: string;
}
interface DeviceCase {
  readonly person?: string;
  readonly why?: string;
  readonly device: string;
  readonly wire: string;
}
interface IdentityFile extends Cast {
  readonly sites: readonly { readonly rootKey: string; readonly site: string }[];
  readonly admins: {
    readonly valid: readonly { readonly fields: Fields; readonly wire: string }[];
    readonly invalid: readonly Wrong[];
  };
  readonly certificates: {
    readonly valid: readonly { readonly fields: Fields; readonly wire: string }[];
    readonly invalid: readonly Wrong[];
  };
  readonly tickets: {
    readonly valid: readonly {
      readonly fields: Fields;
      readonly wire: string;
      readonly id: string;
    }[];
    readonly invalid: readonly Wrong[];
  };
  readonly devices: {
    readonly valid: readonly DeviceCase[];
    readonly invalid: readonly DeviceCase[];
  };
}

const file = load<IdentityFile>('identity.json');
const trust = trustOf(file);

/** Fields as decoded against fields as written: bytes in hex, names and numbers as they are. */
function assertFields(read: object, fields: Fields): void {
  assert.deepEqual(Object.keys(read).sort(), Object.keys(fields).sort());
  for (const [name, value] of Object.entries(read)) {
    const expected = fields[name]!;
    const isBytes = value instanceof Uint8Array;
    assert.deepEqual(value, isBytes ? bytes(String(expected)) : expected, name);
  }
}

test('site ids', () => {
  for (const { rootKey, site } of file.sites) {
    assert.deepEqual(siteIdOf(crypto, bytes(rootKey)), bytes(site));
  }
});

test('valid admin certificates', () => {
  for (const { fields, wire } of file.admins.valid) {
    const checked = checkAdminCertificate(trust, bytes(wire));
    assert.ok(checked.ok);
    assertFields(checked.value, fields);
  }
});

for (const { reason, why, wire } of file.admins.invalid) {
  test(`refused admin certificate: ${why}`, () => {
    assert.deepEqual(checkAdminCertificate(trust, bytes(wire)), { ok: false, reason });
  });
}

test('valid certificates', () => {
  for (const { fields, wire } of file.certificates.valid) {
    const checked = checkCertificate(trust, bytes(wire));
    assert.ok(checked.ok);
    const { chain, ...read } = checked.value;
    assertFields(read, fields);
  }
});

for (const { reason, why, wire } of file.certificates.invalid) {
  test(`refused certificate: ${why}`, () => {
    assert.deepEqual(checkCertificate(trust, bytes(wire)), { ok: false, reason });
  });
}

test('valid tickets', () => {
  for (const { fields, wire, id } of file.tickets.valid) {
    const checked = checkTicket(trust, bytes(wire), bytes(String(fields.subject)));
    assert.ok(checked.ok);
    const { chain, ...read } = checked.value;
    assertFields(read, fields);
    assert.deepEqual(decodeTicket(bytes(wire)), read);
    assert.deepEqual(ticketIdOf(crypto, bytes(wire)), bytes(id));
  }
});

for (const { reason, why, wire, subject } of file.tickets.invalid) {
  test(`refused ticket: ${why}`, () => {
    assert.deepEqual(checkTicket(trust, bytes(wire), bytes(subject)), { ok: false, reason });
  });
}

test('device certificates', () => {
  for (const { person, device, wire } of file.devices.valid) {
    assert.deepEqual(personOfDevice(crypto, bytes(wire), bytes(device)), bytes(person));
  }
  for (const { why, device, wire } of file.devices.invalid) {
    assert.equal(personOfDevice(crypto, bytes(wire), bytes(device)), undefined, why);
  }
});
