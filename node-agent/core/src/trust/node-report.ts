/**
 * Node report: what a node says of itself to the admins of its site, as the payload (JSON) of a
 * bundle of kind nodeReport under `reportTag`. It is the node's own word: shown, never acted on.
 * Short names, because a hundred nodes say it again and again.
 */
import { domain } from '../bytes/domain.ts';
import type { Crypto } from '../ports/crypto.ts';

export interface ReportedLink {
  /** Node key of the neighbour, base64url; empty until it is proven. */
  readonly key: string;
  readonly name: string;
  readonly medium: 'lan' | 'radio' | 'metered';
  readonly state: 'greeting' | 'reconciling' | 'live';
  readonly sinceMs: number;
  /** Bytes a second over the last while, both ways together. */
  readonly bytesPerSecond: number;
  readonly queuedBytes: { readonly urgent: number; readonly normal: number; readonly bulk: number };
}

/** What is wrong at a node; `code` is stable, `text` is for people. */
export interface ReportedProblem {
  readonly code: string;
  readonly severity: 'problem' | 'warning';
  readonly text: string;
}

export interface NodeReport {
  readonly name: string;
  readonly role: 'node' | 'gateway' | 'relay';
  readonly version: string;
  readonly uptimeMs: number;
  readonly boots: number;
  /** The node's wall clock, milliseconds since 1970, and how far to believe it (0 to 2). */
  readonly unixMs: number;
  readonly clockQuality: number;
  /** The epoch that it knows, and the epoch in which its certificate ends. */
  readonly epoch: number;
  readonly certificateEpoch: number;
  readonly links: readonly ReportedLink[];
  readonly store: {
    readonly bundles: number;
    readonly contentBytes: number;
    readonly contentBytesMax: number;
    readonly diskFreeBytes?: number;
  };
  /** Open sessions of phones. */
  readonly clients: number;
  readonly guestsWaiting: number;
  /** Left out where the machine does not say. */
  readonly machine: {
    readonly temperatureC?: number;
    readonly throttled?: boolean;
    readonly underVoltage?: boolean;
    readonly loadPercent?: number;
    readonly memoryPercent?: number;
    readonly wifiStations?: number;
    readonly wifiStationsMax?: number;
  };
  readonly mqtt?: { readonly clients: number };
  readonly uplinks?: readonly { readonly name: string; readonly state: string }[];
  readonly problems: readonly ReportedProblem[];
}

/** The tag under which a site's reports travel, 16 bytes. */
export function reportTag(crypto: Crypto, site: Uint8Array): Uint8Array {
  return crypto.blake2b(16, domain('node-reports'), site);
}
