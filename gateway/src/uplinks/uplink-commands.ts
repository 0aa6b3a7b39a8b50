/**
 * `uplink.*` and `outbox.*` of the control socket: parameters read strictly, each fault with what
 * to give instead. Step 6. What they answer is in info.ts, and never holds a password.
 */
import type { ControlCommand } from '@muster/agent';
import { fromBase64url } from '@muster/core';
import type { DeadLetterInfo } from './info.ts';
import { uplinkLimits } from './limits.ts';
import type { UplinkManager } from './manager.ts';
import { parseBrokerAddress } from './mqtt/address.ts';
import {
  type CrossingWord,
  caLettersMax,
  channelsFault,
  isText,
  isTopicPrefix,
  isUplinkName,
  type UplinkSettings,
  wrongParameter,
} from './settings.ts';
import { endpointOfRelay } from './uplink-checks.ts';

type Params = Readonly<Record<string, unknown>>;

const addMembers = [
  'kind',
  'address',
  'name',
  'username',
  'password',
  'prefix',
  'ca',
  'channels',
] as const;

/** Fewer letters of an id are too easily another one's. */
const idLettersMin = 6;

export function uplinkCommands(manager: UplinkManager): Readonly<Record<string, ControlCommand>> {
  const nameOf = (params: Params): string => {
    onlyMembers(params, ['name']);
    const { name } = params;
    if (!isUplinkName(name)) throw wrongParameter('name is no name of an uplink', nameMend);
    return name;
  };
  return {
    'uplink.add': async (params) => manager.add(settingsOf(params, (name) => manager.has(name))),
    'uplink.list': async (params) => {
      onlyMembers(params, []);
      return { uplinks: manager.list() };
    },
    'uplink.test': async (params) => ({ steps: await manager.find(nameOf(params)).test() }),
    'uplink.pause': async (params) => manager.setPaused(nameOf(params), true),
    'uplink.resume': async (params) => manager.setPaused(nameOf(params), false),
    'uplink.remove': async (params) => {
      const name = nameOf(params);
      await manager.remove(name);
      return { name };
    },
    'outbox.list': async (params) => {
      onlyMembers(params, []);
      return { uplinks: manager.list(), deadLetters: manager.deadLetters() };
    },
    'outbox.retry': async (params) => ({ count: eachLetter(manager, params, 'retry') }),
    'outbox.drop': async (params) => ({ count: eachLetter(manager, params, 'drop') }),
  };
}

const nameMend = 'Names have 1 to 24 lower-case letters, digits and hyphens.';

function onlyMembers(params: Params, members: readonly string[]): void {
  const unknown = Object.keys(params).find((member) => !members.includes(member));
  if (unknown === undefined) return;
  const mend = members.length > 0 ? `Give only: ${members.join(', ')}.` : 'Give none.';
  throw wrongParameter(`${JSON.stringify(unknown)} is no parameter here`, mend);
}

function settingsOf(params: Params, isTaken: (name: string) => boolean): UplinkSettings {
  onlyMembers(params, addMembers);
  const { kind, address } = params;
  if (kind !== 'relay' && kind !== 'mqtt') {
    throw wrongParameter('kind is relay or mqtt', 'Say which of the two the address is.');
  }
  if (!isText(address, uplinkLimits.addressLettersMax)) {
    throw wrongParameter('address is missing or too long', 'Give one address.');
  }
  const name = params.name ?? freeName(kind, hostOf(kind, address), isTaken);
  if (!isUplinkName(name)) throw wrongParameter('name is no name for an uplink', nameMend);
  const common = { name, address, paused: false };
  if (kind === 'mqtt') return { ...common, kind, ...mqttMembers(params) };
  for (const member of ['username', 'password', 'prefix', 'ca'] as const) {
    if (params[member] === undefined) continue;
    throw wrongParameter(`A relay has no ${member}`, 'Leave it out; sites are admitted by key.');
  }
  if (Object.keys(params.channels ?? {}).length > 0) {
    const mend = 'Say in the site policy what crosses: muster policy set CHANNEL publish';
    throw wrongParameter('A relay follows the site policy, not a list of channels', mend);
  }
  return { ...common, kind, relayKey: '' };
}

function mqttMembers({
  username = '',
  password = '',
  prefix = 'muster',
  ca = '',
  channels = {},
}: Params) {
  const { secretLettersMax } = uplinkLimits;
  if (!isText(username, secretLettersMax) || !isText(password, secretLettersMax)) {
    const mend = `Each has at most ${secretLettersMax} letters.`;
    throw wrongParameter('username or password is no text, or too long', mend);
  }
  if (!isText(ca, caLettersMax) || (ca !== '' && !ca.includes('-----BEGIN CERTIFICATE-----'))) {
    throw wrongParameter('ca is no certificate in PEM form', 'It begins with -----BEGIN.');
  }
  if (!isTopicPrefix(prefix)) {
    throw wrongParameter('prefix is no beginning of a topic', 'Such as muster or home/muster.');
  }
  const fault = channelsFault(channels);
  if (fault !== undefined) throw wrongParameter(fault, 'Such as general=both.');
  return {
    ...{ username, password, prefix, ca },
    channels: channels as Readonly<Record<string, CrossingWord>>,
  };
}

function hostOf(kind: 'relay' | 'mqtt', address: string): string {
  if (kind === 'relay') {
    const endpoint = endpointOfRelay(address);
    if (endpoint) return endpoint.host;
    const mend = 'Such as /dns4/relay.example/tcp/7320 or /ip4/192.0.2.1/tcp/7320.';
    throw wrongParameter('This is no address of a relay', mend);
  }
  const parsed = parseBrokerAddress(address);
  if (parsed.ok) return parsed.value.host;
  const mends = {
    malformed: 'Such as mqtts://broker.example:8883',
    scheme: 'It begins with mqtt://, mqtts://, ws:// or wss://.',
    credentials: 'Give user and password apart: --username and --password-file.',
  };
  throw wrongParameter('This is no address of a broker', mends[parsed.reason]);
}

/** From the address, such as `relay-example`; with a number where that is taken. */
function freeName(kind: string, host: string, isTaken: (name: string) => boolean): string {
  const plain = host
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const stem = plain.slice(0, uplinkLimits.nameLettersMax - 3).replace(/-$/, '') || kind;
  let name = stem;
  for (let number = 2; isTaken(name); number += 1) name = `${stem}-${number}`;
  return name;
}

function eachLetter(manager: UplinkManager, params: Params, act: 'retry' | 'drop'): number {
  onlyMembers(params, ['id']);
  const { id } = params;
  if (typeof id !== 'string' || id.length < (id === 'all' ? 0 : idLettersMin)) {
    throw wrongParameter('id is missing or too short', `At least ${idLettersMin} letters, or all.`);
  }
  const letters = manager.deadLetters();
  const meant = id === 'all' ? letters : letters.filter((letter) => letter.id.startsWith(id));
  if (meant.length === 0 && id !== 'all') {
    throw wrongParameter('There is no dead letter with this id', 'See muster outbox list.');
  }
  return meant.filter((letter) => actOn(manager, letter, act)).length;
}

function actOn(manager: UplinkManager, letter: DeadLetterInfo, act: 'retry' | 'drop'): boolean {
  const id = fromBase64url(letter.id);
  return id !== undefined && manager.find(letter.uplink)[act](id);
}
