/**
 * The sites that a relay admits, in `relay-sites.json` of its data folder: written whole, synced
 * and renamed, so that a power cut leaves the old list or the new one. Before step 6 of a message's
 * way. Whoever is on it may put and read; it holds no secret.
 */
import { join } from 'node:path';
import {
  equalBytes,
  fromBase64url,
  MusterError,
  nameLimits,
  toBase64url,
  utf8,
} from '@muster/core';
import { readIfThere, writeDurably } from '@muster/provisioning';
import { relayLimits } from './limits.ts';
import type { AdmittedSite } from './relay-hub.ts';

const fileName = 'relay-sites.json';
const kind = 'relay-sites';
const version = 1;

export class SiteList {
  readonly #path: string;
  #sites: readonly AdmittedSite[] = [];

  constructor(folder: string) {
    this.#path = join(folder, fileName);
  }

  get sites(): readonly AdmittedSite[] {
    return this.#sites;
  }

  /** Throws a MusterError for a file that cannot be read; none is an empty list. */
  load(): void {
    const text = readIfThere(this.#path);
    const sites = text === undefined ? [] : parse(text);
    if (!sites) {
      throw new MusterError(
        'record-damaged',
        `${this.#path} is damaged`,
        'Put back a backup of it, or move it away and admit the sites again.',
      );
    }
    this.#sites = sites;
  }

  /** Adds the site, or changes its name and quota. */
  admit(site: AdmittedSite): void {
    const others = this.#without(site.siteKey);
    if (!isFine(site)) {
      throw new MusterError(
        'site-invalid',
        'This is not a site that can be admitted',
        'Give the site card, and a quota in whole bytes.',
      );
    }
    if (others.length >= relayLimits.sitesMax) {
      throw new MusterError(
        'relay-full',
        `This relay admits ${relayLimits.sitesMax} sites already`,
        'Remove one that is not used, or run a second relay.',
      );
    }
    this.#write([...others, site]);
  }

  /** False when it was not on the list. */
  remove(siteKey: Uint8Array): boolean {
    const others = this.#without(siteKey);
    const had = others.length < this.#sites.length;
    if (had) this.#write(others);
    return had;
  }

  #without(siteKey: Uint8Array): readonly AdmittedSite[] {
    return this.#sites.filter((site) => !equalBytes(site.siteKey, siteKey));
  }

  #write(sites: readonly AdmittedSite[]): void {
    const rows = sites.map((site) => ({ ...site, siteKey: toBase64url(site.siteKey) }));
    const record = { muster: kind, version, sites: rows };
    writeDurably(this.#path, `${JSON.stringify(record, null, 2)}\n`);
    this.#sites = sites;
  }
}

function parse(text: string): readonly AdmittedSite[] | undefined {
  const record = parseObject(text);
  if (record?.muster !== kind || record.version !== version) return undefined;
  if (!Array.isArray(record.sites) || record.sites.length > relayLimits.sitesMax) return undefined;
  const sites = (record.sites as readonly unknown[]).map(siteOf);
  return sites.every((site) => site !== undefined) ? sites : undefined;
}

function siteOf(row: unknown): AdmittedSite | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const { siteKey: text, name, bytesMax } = row as Record<string, unknown>;
  const siteKey = typeof text === 'string' ? fromBase64url(text) : undefined;
  if (!siteKey || typeof name !== 'string' || typeof bytesMax !== 'number') return undefined;
  const site = { siteKey, name, bytesMax };
  return isFine(site) ? site : undefined;
}

function isFine({ siteKey, name, bytesMax }: AdmittedSite): boolean {
  if (siteKey.length !== 32 || utf8(name).length > nameLimits.nameBytesMax) return false;
  return Number.isSafeInteger(bytesMax) && bytesMax > 0;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
