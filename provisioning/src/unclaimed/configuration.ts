/**
 * The settings that an admin gave a node, as they stand in the files of its other parts: the
 * configuration, the uplinks of a gateway, the Wi-Fi. What was set there before and the admin did
 * not speak of stays.
 */
import { join } from 'node:path';
import type { ProvisionSettings, ProvisionWifi } from '@muster/core';
import { applyEdits, findNodeAtLocation, modify, type ParseError } from 'jsonc-parser';
import { type FileCalls, writeDurably } from '../durable-file.ts';
import { damaged, readIfThere, readRecord, writeRecord } from '../record.ts';
import { configTree } from './config-tree.ts';

interface ConfigureOptions {
  readonly configTemplate?: string | undefined;
  readonly calls?: FileCalls | undefined;
}

/** May be cut off anywhere and done again. */
export function configure(
  folder: string,
  settings: ProvisionSettings,
  options: ConfigureOptions,
): void {
  writeConfig(folder, settings, options);
  const { calls } = options;
  if (settings.uplinks.length > 0) writeUplinks(folder, settings, calls);
  if (settings.wifi) writeWifi(folder, settings.wifi, calls);
}

/** How the machine joins or makes a Wi-Fi; undefined where no admin said. */
export function readWifi(folder: string): ProvisionWifi | undefined {
  const path = join(folder, wifiName);
  const record = readRecord(path, 'wifi');
  if (!record) return undefined;
  const mode = record.text('mode');
  if (mode !== 'join' && mode !== 'access-point') throw damaged(path);
  const [ssid, password] = [record.text('ssid'), record.text('password')];
  return { ssid, password, country: record.text('country'), mode };
}

const wifiName = 'wifi.json';

function writeWifi(folder: string, wifi: ProvisionWifi, calls: FileCalls | undefined): void {
  writeRecord(join(folder, wifiName), 'wifi', { members: { ...wifi }, calls });
}

function writeConfig(folder: string, settings: ProvisionSettings, how: ConfigureOptions): void {
  const { channels, bootstrap, hostNames = [] } = settings;
  const values = {
    // A name of its own would hide the one that the admin gave.
    'node.name': undefined,
    ...(channels.length > 0 && { 'site.channels': channels }),
    ...(bootstrap.length > 0 && { 'mesh.bootstrap': bootstrap }),
    ...(hostNames.length > 0 && { 'http.hostNames': hostNames }),
  };
  editConfig(folder, values, how);
}

/**
 * Sets values in `muster.jsonc` by path (`node.name`), or takes them out (undefined); comments and
 * all else stay. The file is made where there is none. One that cannot be read is kept beside the
 * new one as `muster.jsonc.old`: it would stop the next start.
 */
export function editConfig(
  folder: string,
  values: Readonly<Record<string, unknown>>,
  { configTemplate = '{\n}\n', calls }: ConfigureOptions = {},
): void {
  const file = join(folder, 'muster.jsonc');
  const before = readIfThere(file);
  let text = before === undefined ? undefined : edited(before, values);
  if (before !== undefined && text === undefined && before.trim() !== '') {
    writeDurably(`${file}.old`, before, { mode: 0o600, calls });
  }
  text ??= edited(configTemplate, values) ?? configTemplate;
  if (text !== before) writeDurably(file, text, { mode: 0o644, calls });
}

/** Undefined when the text is no configuration, or has something else in these places. */
function edited(text: string, values: Readonly<Record<string, unknown>>): string | undefined {
  let changed = text;
  for (const [at, value] of Object.entries(values)) {
    const path = at.split('.');
    const errors: ParseError[] = [];
    const root = configTree(changed, errors);
    if (errors.length > 0 || root?.type !== 'object') return undefined;
    const section = findNodeAtLocation(root, path.slice(0, -1));
    if (section && section.type !== 'object') return undefined;
    // Taking out what is not there is a fault to the library.
    if (value === undefined && !findNodeAtLocation(root, path)) continue;
    const formattingOptions = { insertSpaces: true, tabSize: 2 };
    changed = applyEdits(changed, modify(changed, path, value, { formattingOptions }));
  }
  return changed;
}

/** In the form of the gateway's own file; further settings of an uplink are made there. */
function writeUplinks(
  folder: string,
  { uplinks }: ProvisionSettings,
  calls: FileCalls | undefined,
): void {
  const path = join(folder, 'uplinks.json');
  const known = listIn(readRecord(path, 'uplinks')?.text('uplinks') ?? '[]');
  const names = new Set(known.map(({ name }) => name));
  const added = uplinks.map(({ kind, address, name = '' }, i) => {
    const common = { name: uplinkName(name, kind, i), kind, address, paused: false };
    if (kind === 'relay') return { ...common, relayKey: '' };
    return { ...common, username: '', password: '', ca: '', prefix: 'muster', channels: {} };
  });
  const all = [...known, ...added.filter(({ name }) => !names.has(name))];
  writeRecord(path, 'uplinks', { members: { uplinks: JSON.stringify(all) }, calls });
}

/** Lower case letters, digits and dashes, at most 24. */
function uplinkName(name: string, kind: string, index: number): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain.slice(0, 24) || `${kind}-${index + 1}`;
}

/** What is no uplink at all is left out: the claim must not stop at damage of before. */
function listIn(text: string): readonly { readonly name?: unknown }[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((one) => typeof one === 'object' && one) : [];
  } catch {
    return [];
  }
}
