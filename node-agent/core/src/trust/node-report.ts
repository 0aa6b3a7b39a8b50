/**
 * Node report: what a node says of itself to the admins of its site, as the payload (JSON) of a
 * bundle of kind nodeReport under `reportTag`. It is the node's own word: shown, never acted on.
 * Short names, because a hundred nodes say it again and again.
 */
import { domain } from '../bytes/domain.ts';
import { fromUtf8, utf8 } from '../bytes/text.ts';
import { trustLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';
import { ReportReader } from './report-reader.ts';

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

/** A node of the site that is heard by radio now. */
export interface ReportedNear {
  /** Its node key, base64url. */
  readonly key: string;
  readonly level: 'near' | 'around';
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
  /** Who is near, the strongest first; left out where it hears nobody by radio. */
  readonly near?: readonly ReportedNear[];
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
  /** What became of the acts that this node carried out last, newest first. */
  readonly acts?: readonly ReportedAct[];
  /** An admin watches the site from here, so reports are wanted more often. */
  readonly wanted?: true;
  /** The site's root key lies open on this box. */
  readonly rootOpen?: true;
  /** It asks whoever holds the site's TLS authority for a certificate. */
  readonly tlsRequest?: ReportedTlsRequest;
}

export interface ReportedAct {
  /** Id of the act's bundle, base64url. */
  readonly id: string;
  readonly ok: boolean;
  /** For people. */
  readonly text: string;
}

export interface ReportedTlsRequest {
  /** Certificate request (PKCS #10) or public key of the box's own TLS key, base64url. */
  readonly request: string;
  /** Host names and addresses under which phones open it. */
  readonly names: readonly string[];
}

/** The tag under which a site's reports travel, 16 bytes. */
export function reportTag(crypto: Crypto, site: Uint8Array): Uint8Array {
  return crypto.blake2b(16, domain('node-reports'), site);
}

/** The payload; of a report that is too long, links, acts and problems go from the end. */
export function encodeNodeReport(report: NodeReport): Uint8Array {
  for (let items: number = reportLimits.linksMax; ; items = Math.floor(items / 2)) {
    const { links, problems, acts } = report;
    const cut = {
      ...report,
      ...{ links: links.slice(0, items), problems: problems.slice(0, items) },
      ...(acts ? { acts: acts.slice(0, items) } : {}),
    };
    const payload = utf8(JSON.stringify(cut));
    if (payload.length <= trustLimits.reportBytesMax || items === 0) return payload;
  }
}

/** How much of each kind one report tells; what is beyond is malformed. */
export const reportLimits = {
  linksMax: 32,
  /** A map shows who stands where by a few; more would only make every report longer. */
  nearMax: 8,
  problemsMax: 32,
  uplinksMax: 16,
  actsMax: 32,
  tlsNamesMax: 32,
  /** A certificate request with a P-256 key and as many names, in base64url. */
  tlsRequestCharsMax: 2_048,
  textCharsMax: 300,
} as const;

/** Undefined for anything that is not exactly a report; members of later versions are left out. */
export function readNodeReport(payload: Uint8Array): NodeReport | undefined {
  if (payload.length > trustLimits.reportBytesMax) return undefined;
  const report = ReportReader.of(fromUtf8(payload));
  if (!report) return undefined;
  const read = reportOf(report);
  return report.isRight ? read : undefined;
}

function reportOf(json: ReportReader): NodeReport {
  const { linksMax, nearMax, problemsMax, uplinksMax, actsMax } = reportLimits;
  const uplinkOf = (one: ReportReader) => ({ name: one.text('name'), state: one.text('state') });
  return {
    name: json.text('name'),
    role: json.oneOf('role', ['node', 'gateway', 'relay']),
    version: json.text('version'),
    uptimeMs: json.count('uptimeMs'),
    boots: json.count('boots'),
    unixMs: json.count('unixMs'),
    clockQuality: json.count('clockQuality', 2),
    epoch: json.count('epoch'),
    certificateEpoch: json.count('certificateEpoch'),
    links: json.list('links', linksMax, linkOf),
    ...json.optional('near', () => json.list('near', nearMax, nearOf)),
    store: json.object('store', storeOf),
    clients: json.count('clients'),
    guestsWaiting: json.count('guestsWaiting'),
    machine: json.object('machine', machineOf),
    ...json.optional('mqtt', () =>
      json.object('mqtt', (mqtt) => ({ clients: mqtt.count('clients') })),
    ),
    ...json.optional('uplinks', () => json.list('uplinks', uplinksMax, uplinkOf)),
    problems: json.list('problems', problemsMax, problemOf),
    ...json.optional('acts', () => json.list('acts', actsMax, actOf)),
    ...json.optional('wanted', () => json.mark('wanted')),
    ...json.optional('rootOpen', () => json.mark('rootOpen')),
    ...json.optional('tlsRequest', () => json.object('tlsRequest', tlsRequestOf)),
  };
}

function linkOf(json: ReportReader): ReportedLink {
  return {
    key: json.text('key', 43),
    name: json.text('name'),
    medium: json.oneOf('medium', ['lan', 'radio', 'metered']),
    state: json.oneOf('state', ['greeting', 'reconciling', 'live']),
    sinceMs: json.count('sinceMs'),
    bytesPerSecond: json.count('bytesPerSecond'),
    queuedBytes: json.object('queuedBytes', (lanes) => ({
      urgent: lanes.count('urgent'),
      normal: lanes.count('normal'),
      bulk: lanes.count('bulk'),
    })),
  };
}

function nearOf(json: ReportReader): ReportedNear {
  return { key: json.text('key', 43), level: json.oneOf('level', ['near', 'around']) };
}

function storeOf(json: ReportReader): NodeReport['store'] {
  return {
    bundles: json.count('bundles'),
    contentBytes: json.count('contentBytes'),
    contentBytesMax: json.count('contentBytesMax'),
    ...json.optional('diskFreeBytes', () => json.count('diskFreeBytes')),
  };
}

function machineOf(json: ReportReader): NodeReport['machine'] {
  return {
    ...json.optional('temperatureC', () => json.number('temperatureC', -100, 200)),
    ...json.optional('throttled', () => json.flag('throttled')),
    ...json.optional('underVoltage', () => json.flag('underVoltage')),
    ...json.optional('loadPercent', () => json.number('loadPercent', 0, 100)),
    ...json.optional('memoryPercent', () => json.number('memoryPercent', 0, 100)),
    ...json.optional('wifiStations', () => json.count('wifiStations')),
    ...json.optional('wifiStationsMax', () => json.count('wifiStationsMax')),
  };
}

function problemOf(json: ReportReader): ReportedProblem {
  return {
    code: json.text('code', 64),
    severity: json.oneOf('severity', ['problem', 'warning']),
    text: json.text('text'),
  };
}

function actOf(json: ReportReader): ReportedAct {
  return { id: json.text('id', 43), ok: json.flag('ok'), text: json.text('text') };
}

function tlsRequestOf(json: ReportReader): ReportedTlsRequest {
  return {
    request: json.text('request', reportLimits.tlsRequestCharsMax),
    names: json.texts('names', reportLimits.tlsNamesMax, 253),
  };
}
