/** What doctor says of Bluetooth, for machines of every kind: what is wrong, and how to mend it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BleStateKind } from '@muster/adapters/transport-ble';
import type { BluezSurvey } from '@muster/adapters/transport-ble/bluez';
import { temporaryFolder } from '../support/real-agent.ts';
import { muster } from '../support/run-muster.ts';
import { adapter, goodSurvey, surveyed } from './surveys.ts';

interface Finding {
  readonly name: string;
  readonly state: string;
  readonly text: string;
  readonly mend?: string;
}

type Setup = Parameters<typeof muster>[1];

async function findings(data: string, setup: Setup): Promise<Record<string, Finding>> {
  const { out } = await muster(['doctor', '--data', data, '--json'], setup);
  const all = (JSON.parse(out) as { findings: Finding[] }).findings;
  return Object.fromEntries(all.map((one) => [one.name, one]));
}

const textOf = ({ state, text, mend = '' }: Finding): string => `${state}: ${text} | ${mend}`;

function state(kind: BleStateKind): Partial<BluezSurvey> {
  return { state: { kind, text: `It is ${kind}.`, mend: 'Do this.' }, adapters: [] };
}

test('a machine that is right has four good lines, one without Bluetooth says so', async (t) => {
  const data = temporaryFolder(t);
  const right = await findings(data, { bluetooth: surveyed(goodSurvey) });
  assert.equal(textOf(right.bluetooth!), 'ok: hci0 C0:11:22:33:44:55; BlueZ 5.66 | ');
  assert.equal(textOf(right['ble privacy']!), 'ok: addresses change, after times drawn anew | ');
  assert.match(textOf(right['ble settings']!), /^ok: .*main.conf is right/);
  assert.equal(textOf(right['ble channels']!), 'ok: links can use L2CAP | ');
  const off = await findings(data, { environment: { MUSTER_BLE_ENABLED: 'false' } });
  assert.equal(textOf(off.bluetooth!), 'ok: off, by ble.enabled | ');
  assert.match(textOf(off['ble privacy']!), /^ok: not asked/);
});

const withAdapter = (change: Partial<typeof adapter>): Partial<BluezSurvey> => ({
  adapters: [{ ...adapter, ...change }],
});

/** What is not as it should be → the check that says so, and how. */
const wrong: readonly (readonly [Partial<BluezSurvey>, check: string, said: RegExp])[] = [
  [state('no-bus'), 'bluetooth', /^warn: It is no-bus \| Do this\. Without .*ble\.enabled/],
  [state('no-daemon'), 'bluetooth', /^warn: It is no-daemon \| Do this\. Without/],
  [state('no-adapter'), 'bluetooth', /^warn: It is no-adapter \| Do this\. Without/],
  [state('not-permitted'), 'bluetooth', /^warn: It is not-permitted \| Do this\.$/],
  [state('blocked'), 'bluetooth', /^warn: It is blocked \| Do this\.$/],
  [state('powered-off'), 'bluetooth', /^warn: It is powered-off \| Do this\.$/],
  [{ ...state('no-adapter'), kernelModule: false }, 'bluetooth', /kernel has no.*modprobe/],
  [state('no-adapter'), 'ble settings', /^ok: asked once there is an adapter/],
  [withAdapter({ roles: ['central'] }), 'bluetooth', /hci0 cannot both advertise and connect/],
  [withAdapter({ privacy: 'off' }), 'ble privacy', /can be followed \| Set Privacy = device under/],
  [withAdapter({ isPairable: true }), 'ble privacy', /may pair with hci0.*pairable off/],
  [withAdapter({ addressLifeMs: 3_600_000 }), 'ble privacy', /every 1 h \|.*rpa_timeout/],
  [withAdapter({ privacy: 'unknown' }), 'ble privacy', /^ok: not told/],
  [withAdapter({}), 'ble privacy', /^ok: addresses change, after times drawn anew \|/],
  [withAdapter({ canDrawAddressLife: false }), 'ble privacy', /^warn: .*even times.*\|.*root/],
  [{ settings: undefined }, 'ble settings', /^ok: .* cannot be read/],
  [
    { settings: { ...goodSurvey.settings!, temporaryTimeout: '30' } },
    'ble settings',
    /^warn: .* or end early \| Set TemporaryTimeout = 0 under \[General\] in/,
  ],
  [
    { settings: { file: '/m.conf', channels: '3', controllerMode: 'dual' } },
    'ble settings',
    /^warn: .*ControllerMode = le .*Temporary.*Channels = 1 .*Cache = no .*m\.conf, then: system/,
  ],
];

for (const [change, check, said] of wrong) {
  test(`${check}: ${JSON.stringify(change).slice(0, 70)}`, async (t) => {
    const bluetooth = surveyed({ ...goodSurvey, ...change });
    const found = await findings(temporaryFolder(t), { bluetooth });
    assert.match(textOf(found[check]!), said);
    // Nothing of it keeps a node from working.
    const named = ['bluetooth', 'ble privacy', 'ble settings', 'ble channels'];
    assert.ok(named.every((name) => found[name]!.state !== 'fail'));
  });
}

test('without a helper links are slower, and doctor says what it takes', async (t) => {
  const found = await findings(temporaryFolder(t), { bluetooth: surveyed(goodSurvey, false) });
  assert.match(textOf(found['ble channels']!), /^warn: .*GATT alone.*\| Install a C compiler/);
});
