/**
 * The uplinks as their admin set them up: `uplinks.json` of the data folder, for its owner only, as
 * it holds passwords for brokers. Read strictly: a damaged file stops the start with its mend and
 * is never half believed. Step 6.
 */
import { join } from 'node:path';
import { Crossing, MusterError, nameLimits, utf8 } from '@muster/core';
import { readRecord, writeRecord } from '@muster/provisioning';
import { uplinkLimits } from './limits.ts';

export const crossingWords = {
  publish: Crossing.publish,
  subscribe: Crossing.subscribe,
  both: Crossing.both,
} as const;
export type CrossingWord = keyof typeof crossingWords;

interface Common {
  readonly name: string;
  readonly address: string;
  readonly paused: boolean;
}

export interface RelaySettings extends Common {
  readonly kind: 'relay';
  /** Key of the relay as first seen, base64url; empty before. */
  readonly relayKey: string;
}

export interface MqttSettings extends Common {
  readonly kind: 'mqtt';
  readonly username: string;
  readonly password: string;
  /** Certificate authority of the broker, PEM; empty for those of the system. */
  readonly ca: string;
  readonly prefix: string;
  readonly channels: Readonly<Record<string, CrossingWord>>;
}

export type UplinkSettings = RelaySettings | MqttSettings;

const fileName = 'uplinks.json';
const recordKind = 'uplinks';
export const caLettersMax = 64 * 1024;

export function readUplinks(folder: string): readonly UplinkSettings[] {
  const path = join(folder, fileName);
  const text = readRecord(path, recordKind)?.text('uplinks');
  if (text === undefined) return [];
  const list = parse(text);
  const uplinks = Array.isArray(list) ? list.map(settingsOf) : [undefined];
  if (uplinks.length > uplinkLimits.uplinksMax || uplinks.includes(undefined)) {
    const mend = 'Put back a backup of it, or move it away and add the uplinks again.';
    throw new MusterError('uplinks-damaged', `${path} is damaged`, mend);
  }
  return uplinks as UplinkSettings[];
}

/** On disk, whole, when it returns. */
export function writeUplinks(folder: string, uplinks: readonly UplinkSettings[]): void {
  const path = join(folder, fileName);
  writeRecord(path, recordKind, { members: { uplinks: JSON.stringify(uplinks) }, mode: 0o600 });
}

export function isUplinkName(name: unknown): name is string {
  return typeof name === 'string' && /^[a-z0-9][a-z0-9-]{0,23}$/.test(name);
}

/** Of a prefix of topics: no wildcard, no empty level, nothing that brokers keep for themselves. */
export function isTopicPrefix(prefix: unknown): prefix is string {
  return (
    typeof prefix === 'string' &&
    /^[^\s+#/$][^\s+#]{0,63}$/.test(prefix) &&
    !/\/(\/|$)/.test(prefix)
  );
}

export function channelsFault(channels: unknown): string | undefined {
  if (!isRecord(channels)) return 'channels is an object of names and ways';
  const entries = Object.entries(channels);
  if (entries.length > uplinkLimits.channelsMax) return 'these are too many channels';
  for (const [name, word] of entries) {
    if (name === '' || utf8(name).length > nameLimits.nameBytesMax) return 'a name is too long';
    if (typeof word !== 'string' || !Object.hasOwn(crossingWords, word)) {
      return `${JSON.stringify(name)} crosses as publish, subscribe or both`;
    }
  }
  return undefined;
}

function settingsOf(given: unknown): UplinkSettings | undefined {
  if (!isRecord(given)) return undefined;
  const { name, kind, address, paused } = given;
  if (!isUplinkName(name) || typeof address !== 'string' || typeof paused !== 'boolean') {
    return undefined;
  }
  const common = { name, address, paused };
  if (kind === 'relay') {
    const { relayKey } = given;
    return typeof relayKey === 'string' ? { ...common, kind, relayKey } : undefined;
  }
  const { username, password, ca, prefix, channels } = given;
  const secrets = [username, password].every((one) => isText(one, uplinkLimits.secretLettersMax));
  if (kind !== 'mqtt' || !secrets || !isText(ca, caLettersMax)) return undefined;
  if (!isTopicPrefix(prefix) || channelsFault(channels) !== undefined) return undefined;
  return {
    ...common,
    kind,
    username: username as string,
    password: password as string,
    ca,
    prefix,
    channels: channels as Readonly<Record<string, CrossingWord>>,
  };
}

export function isText(value: unknown, lettersMax: number): value is string {
  return typeof value === 'string' && value.length <= lettersMax;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is wrong with the parameters of a command, and what to give instead. */
export function wrongParameter(message: string, mend: string): MusterError {
  return new MusterError('uplink-parameter', message, mend);
}
