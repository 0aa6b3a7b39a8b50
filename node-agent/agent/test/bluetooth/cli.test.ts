/** `muster ble` for people and programs: with an agent, without one, and with nothing to ask. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import { bleUuids } from '@muster/adapters/transport-ble';
import { MemoryRadio } from '@muster/adapters/transport-ble/testing';
import { radioIdOf, radioKeyOf, sealRadioTag } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { createSite, writeSite } from '@muster/provisioning';
import type { BleScanView } from '../../src/bluetooth/ble-views.ts';
import type { MachineBluetooth } from '../../src/cli/ble/machine.ts';
import { startAgent, temporaryFolder } from '../support/real-agent.ts';
import { muster } from '../support/run-muster.ts';
import { goodSurvey, surveyed } from './surveys.ts';

const crypto = createSodiumCrypto();

test('status without an agent is what the system says, and how to mend it', async (t) => {
  const own = ['--data', temporaryFolder(t)];
  const good = await muster(['ble', 'status', ...own], { bluetooth: surveyed(goodSurvey) });
  assert.equal(good.code, 0);
  assert.match(good.out, /^Bluetooth is on: hci0\.\n {2}BlueZ +5\.66\n {2}Adapter +hci0 C0:/);
  assert.match(good.err, /No agent runs on this data folder/);
  const state = { kind: 'no-daemon', text: 'bluetoothd does not run.', mend: 'Start it.' } as const;
  const bluetooth = surveyed({ ...goodSurvey, state, adapters: [], daemonVersion: undefined });
  const bad = await muster(['ble', 'status', ...own], { bluetooth });
  assert.deepEqual([bad.code, bad.out], [1, 'bluetoothd does not run.\n  → Start it.\n']);
  const json = await muster(['ble', 'status', '--json', ...own], { bluetooth });
  assert.equal(json.code, 1);
  assert.equal(JSON.parse(json.out).bluetooth.state, 'no-daemon');
  assert.equal(json.err, '');
});

test('an agent without Bluetooth says so, and has no links; without an agent code 3', async (t) => {
  const own = ['--data', (await startAgent(t)).folder];
  const status = await muster(['ble', 'status', ...own]);
  assert.equal(status.code, 0);
  assert.match(status.out, /switched off in the configuration.*\n {2}→ Set ble\.enabled to true/);
  const links = await muster(['ble', 'links', ...own]);
  assert.deepEqual([links.code, links.out], [0, 'No link over Bluetooth.\n']);
  assert.match(links.err, /of this node\.\n {2}Set ble\.enabled to true/);
  const scan = await muster(['ble', 'scan', '--seconds', '1', ...own]);
  assert.equal(scan.code, 1);
  const nobody = ['--data', temporaryFolder(t)];
  const away = await muster(['ble', 'links', ...nobody]);
  assert.equal(away.code, 3);
  assert.match(away.err, /Name the folder with --data/);
  // It would be this machine that answers, whatever address is named.
  const elsewhere = await muster(['ble', 'links', ...own, '--url', 'http://10.0.0.1:8080']);
  assert.equal(elsewhere.code, 2);
  assert.equal((await muster(['ble', 'scan', '--seconds', '0', ...nobody])).code, 2);
});

/** A machine whose radio hears a box and a carrier of the site, a blank box, and two strangers. */
async function crowdedAir(t: TestContext, siteKey: Uint8Array): Promise<MachineBluetooth> {
  const clock = createSystemClock();
  const radio = new MemoryRadio({ clock, random: new SeededRandom(5), air: { advertiseMs: 50 } });
  const key = radioKeyOf(crypto, siteKey);
  const foreign = radioKeyOf(crypto, new Uint8Array(32));
  const id = radioIdOf(crypto, siteKey, new Uint8Array(32).fill(9));
  const nonce = new Uint8Array(5).fill(3);
  const tags = {
    box: [bleUuids.mesh, sealRadioTag(crypto, key, { id, kind: 'node' }, nonce)],
    fob: [bleUuids.mesh, sealRadioTag(crypto, key, { id, kind: 'carrier' }, nonce)],
    blank: [bleUuids.claim, new Uint8Array(10).fill(1)],
    stranger: [bleUuids.mesh, sealRadioTag(crypto, foreign, { id, kind: 'node' }, nonce)],
    nonsense: [bleUuids.mesh, new Uint8Array(3)],
  } as const;
  for (const [name, [service, data]] of Object.entries(tags)) {
    const other = radio.host({ name });
    await other.start(() => {});
    await other.adapter().peripheral.advertise({ service, data });
    t.after(() => other.stop());
  }
  radio.place((from) => (from.host === 'box' ? -50 : -80));
  const host = radio.host({ name: 'own' });
  const survey = async () => goodSurvey;
  return { host: Object.assign(host, { survey }), isHelperBuilt: true };
}

test('scan without an agent listens itself: the site by id, others as a number', async (t) => {
  const data = temporaryFolder(t);
  const site = createSite(crypto, createSystemRandom(), 'Camp');
  writeSite(data, site, site.root);
  const bluetooth = await crowdedAir(t, site.siteKey);
  const words = ['ble', 'scan', '--seconds', '1', '--data', data];
  const { code, out, err } = await muster(words, { bluetooth });
  assert.equal(code, 0, err);
  const lines = out.trimEnd().split('\n');
  assert.match(lines[0]!, /^box [0-9a-f]{6} +near +now +-50 dBm$/);
  assert.ok(lines.some((line) => /^carrier [0-9a-f]{6} +around +now/.test(line)));
  assert.ok(lines.some((line) => /^ready to be claimed +around +now/.test(line)));
  assert.equal(lines.at(-1), '2 devices of others');
  assert.equal(lines.length, 4);
  assert.match(err, /No agent runs on this data folder: this command listens itself\./);
});

test('scan in a folder without a site knows blank boxes only', async (t) => {
  const bluetooth = await crowdedAir(t, new Uint8Array(32).fill(4));
  const words = ['ble', 'scan', '--seconds', '1', '--data', temporaryFolder(t), '--json'];
  const { code, out } = await muster(words, { bluetooth });
  assert.equal(code, 0);
  const { heard, strangers } = JSON.parse(out) as BleScanView;
  assert.deepEqual(
    heard.map(({ kind }) => kind),
    ['blank'],
  );
  assert.equal(strangers, 4);
});

test('scan with nothing to listen with says why and ends', async (t) => {
  const state = { kind: 'blocked', text: 'It is blocked.', mend: 'Unblock it.' } as const;
  const bluetooth = surveyed({ ...goodSurvey, state });
  const words = ['ble', 'scan', '--seconds', '60', '--data', temporaryFolder(t)];
  const { code, out } = await muster(words, { bluetooth });
  assert.deepEqual([code, out], [1, 'It is blocked.\n  → Unblock it.\n']);
});
