/**
 * The site that this address led to last, so that the page can start without a node, and small
 * choices of the reader that must be known before any database is open. Where the browser gives no
 * storage they are forgotten, and nothing breaks.
 */
import { fromBase64url, toBase64url } from '@muster/core';

export interface KnownSite {
  /** 16 bytes. */
  readonly site: Uint8Array;
  /** Ed25519 root key, 32 bytes. */
  readonly siteKey: Uint8Array;
  readonly siteName: string;
  readonly nodeName: string;
}

function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // No storage here; the page says so elsewhere.
  }
}

/** From the form that GET /api/v1/node answers; undefined for anything else. */
export function siteFromJson(json: unknown): KnownSite | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { site, siteKey, siteName, name } = json as Record<string, unknown>;
  if (typeof site !== 'string' || typeof siteKey !== 'string') return undefined;
  const siteBytes = fromBase64url(site);
  const keyBytes = fromBase64url(siteKey);
  if (siteBytes?.length !== 16 || keyBytes?.length !== 32) return undefined;
  return {
    site: siteBytes,
    siteKey: keyBytes,
    siteName: typeof siteName === 'string' ? siteName : '',
    nodeName: typeof name === 'string' ? name : '',
  };
}

export function lastSite(): KnownSite | undefined {
  try {
    return siteFromJson(JSON.parse(read('muster.site') ?? 'null'));
  } catch {
    return undefined;
  }
}

export function rememberSite({ site, siteKey, siteName, nodeName }: KnownSite): void {
  const keys = { site: toBase64url(site), siteKey: toBase64url(siteKey) };
  const json = { ...keys, siteName, name: nodeName };
  write('muster.site', JSON.stringify(json));
}

export function forgetSite(): void {
  write('muster.site', '');
}

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export function chosenTheme(): Theme {
  return themes.find((theme) => theme === read('muster.theme')) ?? 'auto';
}

export function chooseTheme(theme: Theme): void {
  write('muster.theme', theme);
}
