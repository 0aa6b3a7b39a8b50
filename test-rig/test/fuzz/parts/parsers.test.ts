/** The parsers of agent, gateway and provisioning hold: the kept corpus, and 5,000 inputs each. */
import { test } from 'node:test';
import { mustHold } from './support/must-hold.ts';

const targets = ['client-message', 'http-head', 'config', 'file', 'words', 'tls'];
const outside = ['link-framing', 'mqtt-gate', 'mqtt-topic', 'mqtt-draft', 'relay-message'];
const radio = ['dbus-message', 'l2cap-session'];

for (const target of [...targets, ...outside, ...radio]) {
  test(`hostile inputs of ${target}`, () => mustHold(target, 5_000));
}
