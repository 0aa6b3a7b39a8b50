/**
 * Every setting of a node, in the order in which the template prints them. Everything has a
 * fallback, so an empty file, or none, is a whole configuration. The data folder is not among them:
 * the file lies in it.
 */
import { nameLimits, storeLimits } from '@muster/core';
import { gatewaySettings } from './gateway-settings.ts';
import type { Fault } from './setting.ts';
import { flag, integer, list, type Setting, text } from './setting.ts';

const mib = 1024 * 1024;

export const settings = {
  nodeName: text('node.name', {
    fallback: '',
    lengthMax: nameLimits.nameBytesMax,
    about: 'What people call this node; empty: the name it was certified under.',
  }),
  httpHost: text('http.host', {
    fallback: '0.0.0.0',
    about: 'Address to serve phones on; 0.0.0.0 is every IPv4 interface, :: is all of both kinds.',
  }),
  httpPort: integer('http.port', {
    fallback: 8080,
    min: 0,
    max: 65_535,
    about: 'Port to serve phones on; 0 lets the system choose.',
  }),
  httpTlsPort: integer('http.tlsPort', {
    fallback: 8443,
    min: 0,
    max: 65_535,
    about: 'Port of https, served once this node has a certificate of its site; 0 is off.',
  }),
  httpHostNames: list('http.hostNames', {
    fallback: [],
    itemsMax: 32,
    item: hostNameFault,
    about: 'Further names (name or name:port) under which phones may open this node.',
  }),
  httpMetricsPublic: flag('http.metricsPublic', {
    fallback: false,
    about: 'Whether /metrics answers other machines too, not only this one.',
  }),
  meshListen: list('mesh.listen', {
    fallback: ['/ip4/0.0.0.0/tcp/7310'],
    itemsMax: 16,
    item: multiaddrFault,
    about: 'Multiaddrs on which neighbour nodes are awaited.',
  }),
  meshBootstrap: list('mesh.bootstrap', {
    fallback: [],
    itemsMax: 64,
    item: multiaddrFault,
    about: 'Multiaddrs of neighbour nodes to dial, for where mDNS does not reach.',
  }),
  meshMdns: flag('mesh.mdns', {
    fallback: true,
    about: 'Whether neighbours on the local network are found by multicast.',
  }),
  bleEnabled: flag('ble.enabled', {
    fallback: true,
    about: 'Whether neighbours are found and linked by Bluetooth too, where there is an adapter.',
  }),
  bleAdapters: list('ble.adapters', {
    fallback: [],
    itemsMax: 8,
    item: adapterFault,
    about: 'Bluetooth adapters that may be used, such as hci0; empty: all.',
  }),
  bleBulk: flag('ble.bulk', {
    fallback: false,
    about: 'Whether bulk (what is large and can wait) is asked for over Bluetooth too.',
  }),
  storeContentBytesMax: integer('store.contentBytesMax', {
    fallback: storeLimits.contentBytesMax,
    min: mib,
    max: 2 ** 40,
    about: 'Bytes of content kept on disk; at it the oldest of guests go first.',
  }),
  logLevel: text<'debug' | 'info' | 'warn' | 'error'>('log.level', {
    fallback: 'info',
    oneOf: ['debug', 'info', 'warn', 'error'],
    about: 'Least level that is logged: debug, info, warn or error.',
  }),
  logFile: text('log.file', {
    fallback: '',
    lengthMax: 4096,
    about: 'File for the log, relative to the data folder; empty: standard output.',
  }),
  claimInviteFiles: list('claim.inviteFiles', {
    fallback: ['muster-invite.txt', '/boot/firmware/muster-invite.txt', '/boot/muster-invite.txt'],
    itemsMax: 8,
    item: fileFault,
    about: 'Where a node without a site looks for an invite; relative to the data folder.',
  }),
  siteChannels: list('site.channels', {
    fallback: ['general'],
    itemsMax: 64,
    item: channelNameFault,
    about: 'Channels of the site that every phone is shown; the same on every node of a site.',
  }),
  ...gatewaySettings,
} as const satisfies Record<string, Setting<unknown>>;

type ValueOf<S> = S extends Setting<infer T> ? T : never;
export type Config = { readonly [K in keyof typeof settings]: ValueOf<(typeof settings)[K]> };
export type SettingName = keyof typeof settings;

export const settingNames = Object.keys(settings) as readonly SettingName[];

/** `http.metricsPublic` → `MUSTER_HTTP_METRICS_PUBLIC`. */
export function variableOf(setting: Setting<unknown>): string {
  const words = setting.path.replace(/[A-Z]/g, (letter) => `_${letter}`).replaceAll('.', '_');
  return `MUSTER_${words.toUpperCase()}`;
}

/** A configuration of fallbacks with some values of its own; for tests and the command line. */
export function configOf(values: Partial<Config> = {}): Config {
  const fallbacks = settingNames.map((name) => [name, settings[name].fallback]);
  return { ...(Object.fromEntries(fallbacks) as Config), ...values };
}

function multiaddrFault(value: string): Fault {
  const pattern =
    /^\/(ip4|ip6|dns|dns4|dns6)\/[^/]+\/tcp\/\d{1,5}(\/tls)?(\/ws)?(\/p2p\/[A-Za-z0-9]+)?$/;
  const right = value.length <= 256 && pattern.test(value);
  return right ? undefined : 'must be a multiaddr such as /ip4/192.168.1.5/tcp/7310';
}

function adapterFault(value: string): Fault {
  return /^hci\d{1,3}$/.test(value) ? undefined : 'must be the name of an adapter, such as hci0';
}

function hostNameFault(value: string): Fault {
  const right = value.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i.test(value);
  return right ? undefined : 'must be a name such as box.example, or box.example:443';
}

function fileFault(value: string): Fault {
  const right = value !== '' && value.length <= 1_024 && !value.includes('\0');
  return right ? undefined : 'must be the path of a file';
}

function channelNameFault(value: string): Fault {
  // The second form costs memory for Unicode tables, so it is asked only where it is needed.
  const right =
    /^[a-z0-9][a-z0-9_-]*$/i.test(value) || /^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u.test(value);
  if (!right) return 'must be letters, digits, - and _, beginning with a letter or digit';
  const { nameBytesMax } = nameLimits;
  return Buffer.byteLength(value) > nameBytesMax
    ? `must be at most ${nameBytesMax} bytes`
    : undefined;
}
