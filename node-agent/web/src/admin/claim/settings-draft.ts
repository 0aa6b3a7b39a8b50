/**
 * The settings of a new node as somebody types them, and what becomes of that: settings that a box
 * takes, or the one thing that is wrong. The core judges the whole once more when it signs.
 */
import { nameLimits, type ProvisionSettings, type ProvisionUplink, utf8 } from '@muster/core';

export interface SettingsDraft {
  readonly name: string;
  readonly role: ProvisionSettings['role'];
  readonly channels: string;
  readonly wifi: 'none' | 'access-point' | 'join';
  readonly ssid: string;
  readonly password: string;
  readonly country: string;
  readonly uplinks: string;
  readonly bootstrap: string;
  readonly hostNames: string;
}

export type DraftFault =
  | 'name'
  | 'channels'
  | 'ssid'
  | 'password'
  | 'country'
  | 'uplinks'
  | 'bootstrap'
  | 'hostNames';

export function newDraft(known: Partial<SettingsDraft>): SettingsDraft {
  const empty = { channels: '', ssid: '', password: '', country: '' };
  const lines = { uplinks: '', bootstrap: '', hostNames: '' };
  return { name: '', role: 'node', wifi: 'none', ...empty, ...lines, ...known };
}

export type DraftAnswer =
  | { readonly ok: true; readonly settings: ProvisionSettings }
  | { readonly ok: false; readonly fault: DraftFault };

export function settingsOf(draft: SettingsDraft): DraftAnswer {
  const fault = faultIn(draft);
  if (fault) return { ok: false, fault };
  const hostNames = items(draft.hostNames, ',');
  const { role, wifi: mode, password } = draft;
  const wifi = { ssid: draft.ssid.trim(), password, country: countryOf(draft) };
  const settings: ProvisionSettings = {
    role,
    name: draft.name.trim(),
    channels: items(draft.channels, ','),
    bootstrap: items(draft.bootstrap, '\n'),
    uplinks: uplinksOf(draft) ?? [],
    ...(mode !== 'none' && { wifi: { ...wifi, mode } }),
    ...(hostNames.length > 0 && { hostNames }),
  };
  return { ok: true, settings };
}

function faultIn(draft: SettingsDraft): DraftFault | undefined {
  if (!isName(draft.name.trim())) return 'name';
  if (!items(draft.channels, ',').every(isName)) return 'channels';
  if (draft.wifi !== 'none') {
    const ssidBytes = utf8(draft.ssid.trim()).length;
    if (ssidBytes === 0 || ssidBytes > 32) return 'ssid';
    if (!/^(?:[\x20-\x7e]{8,63})?$/.test(draft.password)) return 'password';
    if (!/^[A-Z]{2}$/.test(countryOf(draft))) return 'country';
  }
  if (!uplinksOf(draft)) return 'uplinks';
  if (!items(draft.bootstrap, '\n').every((one) => /^\/[\x21-\x7e]+$/.test(one))) {
    return 'bootstrap';
  }
  const isHostName = (one: string) => /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(one);
  return items(draft.hostNames, ',').every(isHostName) ? undefined : 'hostNames';
}

/** Control and format characters: what nobody sees, and what turns the direction of a text. */
const invisible = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

function isName(name: string): boolean {
  const bytes = utf8(name).length;
  return bytes > 0 && bytes <= nameLimits.nameBytesMax && !invisible.test(name);
}

function countryOf({ country }: SettingsDraft): string {
  return country.trim().toUpperCase();
}

/** Without blanks around, without empty ones, each once. */
function items(text: string, separator: string): string[] {
  const all = text.split(separator).map((one) => one.trim());
  return [...new Set(all)].filter((one) => one !== '');
}

/** Undefined when a line is none. */
function uplinksOf({ uplinks }: SettingsDraft): ProvisionUplink[] | undefined {
  const lines = items(uplinks, '\n').map((line) => /^(relay|mqtt)\s+([\x21-\x7e]+)$/.exec(line));
  if (!lines.every((line) => line !== null)) return undefined;
  return lines.map(([, kind, address]) => {
    return { kind: kind as ProvisionUplink['kind'], address: address! };
  });
}
