/** Reports in virtual time: when they are written, what they say, what a machine tells. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeReport, PutAnswer } from '@muster/core';
import { readNodeReport } from '@muster/core';
import { createMemoryLogger, FakeClock } from '@muster/core/testing';
import { adminLimits } from '../../src/admin/limits.ts';
import { LinuxProbe, type MachineEdge } from '../../src/admin/machine-probe.ts';
import { type NodeFacts, problemsOf } from '../../src/admin/problems.ts';
import { Reporter } from '../../src/admin/reporter.ts';
import type { OwnDraft } from '../../src/extension.ts';

const blank: NodeReport = {
  ...{ name: 'box', role: 'node', version: '1', uptimeMs: 0, boots: 1, unixMs: 0, clockQuality: 1 },
  ...{ epoch: 0, certificateEpoch: 0, links: [], clients: 0, guestsWaiting: 0, machine: {} },
  store: { bundles: 0, contentBytes: 0, contentBytesMax: 1 },
  problems: [],
};

/** Lets what was promised come true between two moments of virtual time. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

function reporting() {
  const clock = new FakeClock();
  const written: { readonly atMs: number; readonly lifetimeS: number }[] = [];
  const state = { isWanted: false, problems: [] as NodeReport['problems'] };
  const startMs = clock.monotonicMs();
  const reporter = new Reporter({
    ...{ clock, logger: createMemoryLogger(), tag: new Uint8Array(16), look: async () => {} },
    author: {
      key: new Uint8Array(32),
      write: (draft: OwnDraft, onAnswer: (answer: PutAnswer) => void) => {
        assert.ok(readNodeReport(draft.payload));
        written.push({ atMs: clock.monotonicMs() - startMs, lifetimeS: draft.lifetimeS! });
        onAnswer({ ok: false, reason: 'store-full' });
      },
    },
    probe: { sample: () => Promise.reject(new Error('no such machine')) },
    isWanted: () => state.isWanted,
    compose: () => ({ ...blank, problems: state.problems }),
  });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      clock.advance(1_000);
      await settle();
    }
  };
  return { clock, reporter, written, state, pass };
}

test('every ten minutes, every ten seconds while an admin watches', async () => {
  const { reporter, written, state, pass, clock } = reporting();
  reporter.start();
  await pass(adminLimits.firstReportMs + 2 * adminLimits.reportEveryMs);
  assert.deepEqual(
    written.map(({ lifetimeS }) => lifetimeS),
    [10_800, 10_800, 10_800],
  );
  state.isWanted = true;
  reporter.soon();
  await pass(60_000);
  assert.equal(written.length, 3 + 6, 'the first after five seconds');
  assert.ok(
    written.slice(3).every(({ lifetimeS }) => lifetimeS === 120),
    'none of them is kept',
  );
  state.isWanted = false;
  await pass(20_000);
  const before = written.length;
  await pass(adminLimits.reportEveryMs);
  assert.equal(written.length, before + 1);
  reporter.stop();
  await pass(adminLimits.reportEveryMs);
  assert.equal(written.length, before + 1);
  assert.equal(clock.waiting, 0);
});

test('a new problem is told at once, a known one is not, and never in a rush', async () => {
  const { reporter, written, state, pass } = reporting();
  reporter.start();
  await pass(adminLimits.firstReportMs);
  reporter.check();
  await pass(30_000);
  assert.equal(written.length, 1);
  state.problems = [{ code: 'alone', severity: 'warning', text: 'x' }];
  for (let i = 0; i < 20; i++) reporter.check();
  await pass(2_000);
  assert.equal(written.length, 2);
  for (let i = 0; i < 20; i++) {
    state.problems = [{ code: `new-${i}`, severity: 'warning', text: 'x' }];
    reporter.check();
    await pass(1_000);
  }
  assert.ok(written.length <= 2 + 20_000 / adminLimits.urgentReportMsMin + 1);
});

const well: NodeFacts = {
  wall: { unixMs: 1, quality: 2 },
  ...{ epoch: 3, certificateEpoch: 9, ownKey: new Uint8Array(32), clones: [], links: 1 },
  ...{ uptimeMs: 10 * 60_000, frozenAuthors: 0, contentBytes: 0, contentBytesMax: 100 },
  ...{ isStoreDamaged: false, isRootOpen: false, isRevoked: false, machine: {} },
  isTlsUnheard: false,
};

test('what is wrong is said, problems before warnings, each a sentence', () => {
  assert.deepEqual(problemsOf(well), []);
  const other = { nodeKey: new Uint8Array(32).fill(1), name: 'Red box' };
  const wrong: readonly (readonly [Partial<NodeFacts>, string])[] = [
    [{ isRevoked: true }, 'revoked'],
    [{ clones: [other] }, 'clone'],
    [{ certificateEpoch: 2 }, 'certificate-ended'],
    [{ certificateEpoch: 3 }, 'certificate-ends'],
    [{ isRootOpen: true }, 'root-open'],
    [{ isTlsUnheard: true }, 'https-missing'],
    [{ links: 0 }, 'alone'],
    [{ isStoreDamaged: true }, 'store-damaged'],
    [{ diskFreeBytes: 1_000_000 }, 'disk-full'],
    [{ contentBytes: 96 }, 'store-full'],
    [{ frozenAuthors: 2 }, 'authors-frozen'],
    [{ machine: { underVoltage: true } }, 'under-voltage'],
    [{ machine: { temperatureC: 81 } }, 'hot'],
    [{ machine: { throttled: true } }, 'throttled'],
    [{ wall: { unixMs: 0, quality: 0 } }, 'clock-unset'],
    [{ machine: { wifiStations: 8, wifiStationsMax: 8 } }, 'wifi-full'],
  ];
  for (const [facts, code] of wrong) {
    const found = problemsOf({ ...well, ...facts });
    assert.deepEqual(
      found.map((one) => one.code),
      [code],
    );
    assert.match(found[0]!.text, /^[A-Z0-9].*\.$/);
  }
  const all = problemsOf({ ...well, ...Object.assign({}, ...wrong.map(([facts]) => facts)) });
  const severities = all.map(({ severity }) => severity);
  assert.deepEqual(severities, [...severities].sort());
  assert.equal(problemsOf({ ...well, links: 0, uptimeMs: 1_000 }).length, 0, 'links take a while');
});

function machine(files: Readonly<Record<string, string>>, printed: Record<string, string> = {}) {
  const edge: MachineEdge = {
    read: (path) => files[path],
    list: (path) => {
      const inside = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
      return [...new Set(inside.map((file) => file.slice(path.length + 1).split('/', 1)[0]!))];
    },
    run: async (command, given) => printed[[command, ...given].join(' ')],
    load: () => ({ loadPercent: 12, memoryPercent: 34 }),
  };
  return new LinuxProbe(edge).sample();
}

test('a machine that says nothing is left out; a Raspberry Pi says it all', async () => {
  assert.deepEqual(await machine({}), { loadPercent: 12, memoryPercent: 34 });
  const files = {
    '/sys/class/thermal/thermal_zone0/temp': '48312\n',
    '/sys/class/thermal/thermal_zone1/temp': '51250\n',
    '/sys/class/thermal/thermal_zone2/temp': 'broken',
    '/sys/class/thermal/cooling_device0/temp': '999999',
    '/sys/devices/platform/soc/soc:firmware/get_throttled': '50005\n',
    '/sys/class/net/eth0/address': 'x',
    '/sys/class/net/wlan0/phy80211/name': 'phy0',
  };
  const printed = {
    'iw dev':
      'phy#0\n\tInterface wlan0\n\t\tifindex 3\n\t\ttype AP\n\tInterface p2p\n\t\ttype managed\n',
    'iw dev wlan0 station dump': 'Station aa:bb (on wlan0)\n\tx\nStation cc:dd (on wlan0)\n',
    'iw phy': 'Wiphy phy0\n\tMaximum associated stations in AP mode: 16\n',
  };
  assert.deepEqual(await machine(files, printed), {
    temperatureC: 51.3,
    ...{ underVoltage: true, throttled: true },
    ...{ loadPercent: 12, memoryPercent: 34 },
    ...{ wifiStations: 2, wifiStationsMax: 16 },
  });
  const asClient = { ...printed, 'iw dev': 'phy#0\n\tInterface wlan0\n\t\ttype managed\n' };
  assert.equal((await machine(files, asClient)).wifiStations, undefined);
  assert.equal((await machine(files)).wifiStations, undefined, 'without iw');
});
