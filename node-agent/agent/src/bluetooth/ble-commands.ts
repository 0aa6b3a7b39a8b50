/**
 * The control commands of `muster ble`, for the owner of this machine: how Bluetooth is, its links,
 * and what it hears. Only here are strengths, addresses and ids of carriers told.
 */
import { bytesKey, toBase64url } from '@muster/core';
import type { ControlCommand } from '../extension.ts';
import type { BleLinkView, BleScanView, BleStatusView, HeardThing } from './ble-views.ts';
import type { Joined } from './join-bluetooth.ts';
import type { NameSources } from './nearby.ts';
import type { BluetoothInfo } from './nearby-view.ts';

export interface BleCommandSources extends Pick<NameSources, 'neighbours'> {
  info(): BluetoothInfo;
  /** Undefined where there is no Bluetooth. */
  joined(): Joined | undefined;
  heard(): readonly HeardThing[];
  /** Monotonic. */
  nowMs(): number;
}

export function bleCommands(sources: BleCommandSources): Readonly<Record<string, ControlCommand>> {
  return {
    'ble.status': async (): Promise<BleStatusView> => statusView(sources),
    'ble.links': async (): Promise<readonly BleLinkView[]> => linkViews(sources),
    'ble.scan': async (): Promise<BleScanView> => ({
      bluetooth: sources.info(),
      heard: sources.heard(),
      strangers: sources.joined()?.medium.status().strangers ?? 0,
    }),
  };
}

function statusView({ info, joined }: BleCommandSources): BleStatusView {
  const { medium, radio } = joined() ?? {};
  if (!medium) return { bluetooth: info() };
  const { state: _, ...status } = medium.status();
  const helper = radio?.helper?.status;
  return { bluetooth: info(), medium: status, ...(helper && { helper }) };
}

function linkViews({ joined, neighbours, nowMs }: BleCommandSources): BleLinkView[] {
  const names = new Map(neighbours().map(({ nodeKey, name }) => [keyOf(nodeKey), name]));
  const links = joined()?.medium.links() ?? [];
  return links.map(({ nodeKey, ...link }) => ({
    ...{ ...link, sinceMs: Math.floor(nowMs() - link.sinceMs) },
    key: nodeKey ? toBase64url(nodeKey) : '',
    name: (nodeKey && names.get(keyOf(nodeKey))) ?? '',
  }));
}

function keyOf(nodeKey: Uint8Array | undefined): string {
  return nodeKey ? bytesKey(nodeKey) : '';
}
