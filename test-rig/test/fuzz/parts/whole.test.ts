/**
 * Whole parts hold behind connections in memory: an agent, a broker, a relay, the ears of mDNS, a
 * client of D-Bus, BlueZ's half of Bluetooth. The kept corpus, and as many inputs as a few seconds
 * take.
 */
import { test } from 'node:test';
import { mustHold } from './support/must-hold.ts';

const inputs = {
  ...{ http: 1_500, control: 1_500, 'client-session': 400 },
  ...{ 'mqtt-broker': 600, 'mqtt-store': 60, 'relay-session': 2_000, mdns: 3_000 },
  ...{ 'dbus-connection': 2_000, 'bluez-answers': 1_500 },
};

for (const [target, count] of Object.entries(inputs)) {
  test(`hostile inputs of ${target}`, () => mustHold(target, count));
}
