/**
 * The settings that an admin gives a new node: what it is called and does, and how it reaches the
 * others. They go into configuration files of other programs too, so every text is held to a plain
 * form before it is believed.
 */
import { utf8 } from '../bytes/text.ts';
import type { CborValue } from '../cbor/encode.ts';
import type { CborReader } from '../cbor/reader.ts';
import { claimLimits, nameLimits } from '../limits.ts';
import { isPlainText } from './plain-text.ts';

/** In the order of NodeRole. */
export const provisionRoles = ['node', 'gateway', 'relay'] as const;
const wifiModes = ['join', 'access-point'] as const;
const uplinkKinds = ['relay', 'mqtt'] as const;

export interface ProvisionWifi {
  /** 1 to 32 bytes. */
  readonly ssid: string;
  /** WPA: 8 to 63 printable ASCII letters; empty for an open network. */
  readonly password: string;
  /** ISO 3166 alpha-2, which rules of the air hold. */
  readonly country: string;
  readonly mode: (typeof wifiModes)[number];
}

export interface ProvisionUplink {
  readonly kind: (typeof uplinkKinds)[number];
  readonly address: string;
  /** A label. */
  readonly name?: string;
}

export interface ProvisionSettings {
  readonly role: (typeof provisionRoles)[number];
  readonly name: string;
  /** Names of site channels that it makes known. */
  readonly channels: readonly string[];
  /** Multiaddrs of nodes to dial at first. */
  readonly bootstrap: readonly string[];
  readonly wifi?: ProvisionWifi;
  readonly uplinks: readonly ProvisionUplink[];
  /** Names under which its page is opened, for its TLS certificate. */
  readonly hostNames?: readonly string[];
}

const multiaddr = /^\/[\x21-\x7e]+$/;
const uplinkAddress = /^[\x21-\x7e]+$/;
const hostName = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i;
const wifiPassword = /^(?:[\x20-\x7e]{8,63})?$/;
const country = /^[A-Z]{2}$/;

export function settingsItems(settings: ProvisionSettings): CborValue {
  const { role, name, channels, bootstrap, wifi, uplinks, hostNames = [] } = settings;
  return [
    provisionRoles.indexOf(role),
    name,
    channels,
    bootstrap,
    wifi ? [wifi.ssid, wifi.password, wifi.country, wifiModes.indexOf(wifi.mode)] : [],
    uplinks.map(({ kind, address, name: label = '' }) => [
      uplinkKinds.indexOf(kind),
      address,
      label,
    ]),
    hostNames,
  ];
}

/** Reads what `settingsItems` gives; check the reader afterwards. Undefined for a bad text. */
export function readSettings(reader: CborReader): ProvisionSettings | undefined {
  reader.array(7);
  const role = provisionRoles[reader.uint(provisionRoles.length - 1)]!;
  const name = reader.text(nameLimits.nameBytesMax);
  const { channelsMax, bootstrapMax, hostNamesMax, settingBytesMax } = claimLimits;
  const channels = texts(reader, channelsMax, nameLimits.nameBytesMax);
  const bootstrap = texts(reader, bootstrapMax, settingBytesMax);
  const wifi = readWifi(reader);
  const uplinks = readUplinks(reader);
  const hostNames = texts(reader, hostNamesMax, settingBytesMax);
  const isPlain =
    [name, ...channels].every((text) => text !== '' && isPlainText(text)) &&
    bootstrap.every((text) => multiaddr.test(text)) &&
    uplinks.every(({ address, name: label }) => isUplink(address, label)) &&
    hostNames.every((text) => hostName.test(text)) &&
    (wifi === undefined || isWifi(wifi));
  if (reader.failed || !isPlain) return undefined;
  return {
    ...{ role, name, channels, bootstrap, uplinks },
    ...(wifi && { wifi }),
    ...(hostNames.length > 0 && { hostNames }),
  };
}

function readWifi(reader: CborReader): ProvisionWifi | undefined {
  const length = reader.array(4, 0);
  // None or all: with fewer, what comes next would be read as the rest of it.
  if (length % 4 !== 0) reader.failed = true;
  if (length === 0) return undefined;
  const [ssid, password] = [reader.text(32), reader.text(63)];
  return { ssid, password, country: reader.text(2), mode: wifiModes[reader.uint(1)]! };
}

function readUplinks(reader: CborReader): readonly ProvisionUplink[] {
  const uplinks: ProvisionUplink[] = [];
  const count = reader.array(claimLimits.uplinksMax, 0);
  for (let i = 0; i < count && !reader.failed; i++) {
    reader.array(3);
    const kind = uplinkKinds[reader.uint(1)]!;
    const address = reader.text(claimLimits.settingBytesMax);
    const name = reader.text(nameLimits.nameBytesMax);
    uplinks.push({ kind, address, ...(name !== '' && { name }) });
  }
  return uplinks;
}

function texts(reader: CborReader, countMax: number, bytesMax: number): readonly string[] {
  const read: string[] = [];
  const count = reader.array(countMax, 0);
  for (let i = 0; i < count && !reader.failed; i++) read.push(reader.text(bytesMax));
  return read;
}

function isUplink(address: string, label = ''): boolean {
  return uplinkAddress.test(address) && isPlainText(label);
}

function isWifi({ ssid, password, country: where }: ProvisionWifi): boolean {
  const isNamed = utf8(ssid).length > 0 && isPlainText(ssid);
  return isNamed && wifiPassword.test(password) && country.test(where);
}
