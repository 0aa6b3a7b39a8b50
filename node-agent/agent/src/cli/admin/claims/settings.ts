/** What a node is to be, from the options of the command line to a provision document. */
import {
  fittingDocuments,
  MusterError,
  NodeRole,
  type ProvisionSettings,
  type ProvisionUplink,
  type ProvisionWifi,
  signProvision,
} from '@muster/core';
import { type BookNode, certifyNode, endsEpochOf } from '@muster/provisioning';
import { readFirstLine } from '../../passphrase.ts';
import { changeBook } from '../change-book.ts';
import type { OpenKeys } from '../keys.ts';

export interface SettingsOptions {
  readonly role: 'node' | 'gateway' | 'relay';
  readonly channel?: readonly string[];
  readonly bootstrap?: readonly string[];
  readonly wifiSsid?: string;
  readonly wifiPasswordFile?: string;
  readonly wifiCountry?: string;
  readonly accessPoint?: true;
  readonly uplink?: readonly string[];
}

export function settingsOf(name: string, options: SettingsOptions): ProvisionSettings {
  const { role, channel = [], bootstrap = [], uplink = [] } = options;
  const wifi = wifiOf(options);
  return {
    ...{ role, name, channels: channel, bootstrap },
    uplinks: uplink.map(uplinkOf),
    ...(wifi && { wifi }),
  };
}

function wifiOf(options: SettingsOptions): ProvisionWifi | undefined {
  const { wifiSsid: ssid, wifiPasswordFile: file, wifiCountry: country, accessPoint } = options;
  if (ssid === undefined) {
    if (file === undefined && country === undefined && !accessPoint) return undefined;
    throw new MusterError('wifi-name', 'Which Wi-Fi is meant?', 'Name it with --wifi-ssid.');
  }
  if (country === undefined) {
    const mend = 'Give it with --wifi-country, such as DE: it decides which channels are allowed.';
    throw new MusterError('wifi-country', 'The country of the Wi-Fi is needed', mend);
  }
  const password = file === undefined ? '' : readFirstLine(file);
  const mode = accessPoint ? 'access-point' : 'join';
  return { ssid, password, country: country.toUpperCase(), mode };
}

function uplinkOf(text: string): ProvisionUplink {
  const [, kind, address] = /^(relay|mqtt)=(.+)$/.exec(text) ?? [];
  if (kind === undefined || address === undefined) {
    const mend = 'Write it like relay=/dns4/relay.example/tcp/7320/p2p/… or mqtt=mqtts://host.';
    throw new MusterError('uplink-option', `${JSON.stringify(text)} is no uplink`, mend);
  }
  return { kind: kind as ProvisionUplink['kind'], address };
}

/** What is in force at the site, and in which epoch. */
export interface InForce {
  readonly epoch: number;
  /** Trust lists, site rules and policies in wire form. */
  readonly documents: readonly Uint8Array[];
}

/** Certifies a node and makes the document that it gets, in wire form. */
export function makeProvision(
  { crypto, site, siteId, authority }: OpenKeys,
  nodeKey: Uint8Array,
  { settings, inForce }: { readonly settings: ProvisionSettings; readonly inForce: InForce },
): Uint8Array {
  const { issuer, tlsAuthority } = authority;
  const { name } = settings;
  const role = NodeRole[settings.role];
  const endsEpoch = endsEpochOf(inForce.epoch);
  const by = { siteKey: site.siteKey, issuer };
  const certificate = certifyNode(crypto, by, { nodeKey, name, role, epoch: endsEpoch });
  const isGateway = settings.role === 'gateway';
  const document = {
    ...{ site: siteId, siteKey: site.siteKey, siteName: site.name },
    ...{ nodeKey, certificate, settings },
    documents: fittingDocuments(inForce.documents),
    ...(isGateway && tlsAuthority && { tlsAuthority }),
  };
  try {
    return signProvision(crypto, document, issuer);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const mend = 'Look at names, channels, Wi-Fi and addresses: one of them has a wrong form.';
    throw new MusterError('settings-wrong', 'No node would take these settings', mend);
  }
}

/** The node stands in the book before it gets its papers. */
export function notePromised(
  keys: OpenKeys,
  nodeKey: Uint8Array,
  node: Pick<BookNode, 'name' | 'role' | 'endsEpoch'>,
): Promise<void> {
  const issuedUnixMs = keys.clock.wall().unixMs;
  return changeBook(keys, (book) => book.noteNodes([{ ...node, key: nodeKey, issuedUnixMs }]));
}
