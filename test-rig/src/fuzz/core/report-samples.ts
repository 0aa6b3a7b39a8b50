/** Two reports of nodes: one that says the least, and one with every member that there is. */
import type { NodeReport } from '@muster/core';

export const plainReport: NodeReport = {
  ...{ name: 'north', role: 'node', version: '0.1.0', uptimeMs: 1_000, boots: 1 },
  ...{ unixMs: 0, clockQuality: 0, epoch: 0, certificateEpoch: 10 },
  ...{ links: [], store: { bundles: 0, contentBytes: 0, contentBytesMax: 1_000_000 } },
  ...{ clients: 0, guestsWaiting: 0, machine: {}, problems: [] },
};

export const fullReport: NodeReport = {
  ...plainReport,
  role: 'gateway',
  links: [
    {
      ...{ key: 'A'.repeat(43), name: 'south', medium: 'lan', state: 'live', sinceMs: 5 },
      ...{ bytesPerSecond: 12, queuedBytes: { urgent: 0, normal: 1, bulk: 2 } },
    },
  ],
  store: { bundles: 3, contentBytes: 900, contentBytesMax: 1_000, diskFreeBytes: 10 ** 9 },
  machine: {
    ...{ temperatureC: -3.5, throttled: false, underVoltage: true, loadPercent: 99.5 },
    ...{ memoryPercent: 12, wifiStations: 4, wifiStationsMax: 30 },
  },
  mqtt: { clients: 2 },
  uplinks: [{ name: 'relay', state: 'up' }],
  problems: [{ code: 'disk-full', severity: 'problem', text: 'The disk is full.' }],
  acts: [{ id: 'B'.repeat(43), ok: true, text: 'Done.' }],
  wanted: true,
  rootOpen: true,
  tlsRequest: { request: 'QUJD', names: ['north.local', '10.0.0.1'] },
};
