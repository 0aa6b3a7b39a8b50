/**
 * What a provision document would change, in words, before anybody says yes to it. Never the Wi-Fi
 * password: the preview is shown on the open page of a blank node.
 */
import type { ProvisionDocument } from './provision-document.ts';
import type { ProvisionSettings } from './provision-settings.ts';

export interface ProvisionChange {
  readonly what: string;
  /** Empty where there was nothing. */
  readonly from: string;
  /** Empty where nothing is left. */
  readonly to: string;
}

export type ProvisionNow = Partial<ProvisionSettings> & { readonly siteName?: string };

/** One line for each thing that changes. */
export function previewOf(
  document: ProvisionDocument,
  current: ProvisionNow = {},
): readonly ProvisionChange[] {
  const before = rowsOf(current);
  const after = rowsOf({ ...document.settings, siteName: document.siteName });
  return after
    .map(({ what, text }, i) => ({ what, from: before[i]!.text, to: text }))
    .filter(({ from, to }) => from !== to);
}

function rowsOf(now: ProvisionNow): readonly { readonly what: string; readonly text: string }[] {
  const { wifi } = now;
  const verb = wifi?.mode === 'access-point' ? 'opens' : 'joins';
  const lock = wifi?.password ? 'with a password' : 'without a password';
  const uplinks = now.uplinks?.map(({ kind, address, name }) =>
    [name, kind, address].filter(Boolean).join(' '),
  );
  return [
    { what: 'site', text: now.siteName ?? '' },
    { what: 'name', text: now.name ?? '' },
    { what: 'role', text: now.role ?? '' },
    { what: 'channels', text: list(now.channels) },
    { what: 'Wi-Fi', text: wifi ? `${verb} “${wifi.ssid}” ${lock} (${wifi.country})` : '' },
    { what: 'uplinks', text: list(uplinks) },
    { what: 'first nodes to reach', text: list(now.bootstrap) },
    { what: 'host names', text: list(now.hostNames) },
  ];
}

function list(texts: readonly string[] = []): string {
  return texts.join(', ');
}
