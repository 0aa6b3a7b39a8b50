/** The settings of a new node as typed, and the address that an invite names. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownAddresses } from '../../src/admin/claim/own-addresses.ts';
import { newDraft, type SettingsDraft, settingsOf } from '../../src/admin/claim/settings-draft.ts';

const settings = newDraft({ name: 'Lighthouse', channels: 'general, help' });

function settingsFor(more: Partial<SettingsDraft>) {
  const read = settingsOf({ ...settings, ...more });
  assert.ok(read.ok);
  return read.settings;
}

test('settings as typed become settings that a box takes, or the one thing that is wrong', () => {
  const wifi = {
    wifi: 'access-point',
    ssid: 'Muster',
    password: 'seaside1',
    country: 'de',
  } as const;
  assert.deepEqual(settingsFor({ ...wifi, uplinks: 'relay wss://r.example/\n\nmqtt mqtt://m' }), {
    ...{ role: 'node', name: 'Lighthouse', channels: ['general', 'help'], bootstrap: [] },
    wifi: { ssid: 'Muster', password: 'seaside1', country: 'DE', mode: 'access-point' },
    uplinks: [
      { kind: 'relay', address: 'wss://r.example/' },
      { kind: 'mqtt', address: 'mqtt://m' },
    ],
  });
  const faults: [Partial<SettingsDraft>, string][] = [
    [{ name: ' ' }, 'name'],
    [{ name: 'x'.repeat(65) }, 'name'],
    [{ channels: 'a,'.repeat(3) + 'x'.repeat(65) }, 'channels'],
    [{ ...wifi, ssid: '' }, 'ssid'],
    [{ ...wifi, password: 'short' }, 'password'],
    [{ ...wifi, country: 'Germany' }, 'country'],
    [{ uplinks: 'https://x' }, 'uplinks'],
    [{ bootstrap: '10.0.0.1' }, 'bootstrap'],
    [{ hostNames: 'a b' }, 'hostNames'],
  ];
  for (const [change, fault] of faults) {
    assert.deepEqual(settingsOf({ ...settings, ...change }), { ok: false, fault });
  }
});

test('an invite names the node as the page was opened, where that is plain http', () => {
  const page = { protocol: 'http:', hostname: '10.0.0.1', port: '' };
  assert.deepEqual(ownAddresses(page), ['10.0.0.1:80']);
  assert.deepEqual(ownAddresses({ ...page, port: '8080' }), ['10.0.0.1:8080']);
  assert.deepEqual(ownAddresses({ ...page, hostname: 'localhost' }), ['127.0.0.1:80']);
  assert.deepEqual(ownAddresses({ ...page, protocol: 'https:', port: '8443' }), []);
});
