/**
 * Keeps https going beside http: with the certificate that lies in the data folder, made or renewed
 * here where the site's authority lies, granted by others elsewhere. Without one http goes on
 * alone. A renewal is taken up at once, without a restart. Never asks anybody on the internet.
 */
import { createHash } from 'node:crypto';
import type { Clock, Crypto, Logger, Random, Timer } from '@muster/core';
import {
  ensureServerCertificate,
  type MachineNames,
  readAuthorityCertificate,
  readTls,
  type ServerNames,
  serverNamesOf,
} from '@muster/provisioning';
import type { TlsIdentity } from './listener.ts';

export interface HttpsCareOptions {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly random: Random;
  readonly logger: Logger;
  /** Path of the data folder. */
  readonly folder: string;
  readonly siteName: string;
  /** What the machine goes by now: addresses come and go. */
  readonly names: () => MachineNames;
  readonly http: {
    useCertificate(identity: TlsIdentity): Promise<void>;
    readonly tlsPort: number;
  };
  /** Whether https is to be served at all. */
  readonly isWanted: boolean;
}

/** Making a certificate loads a library: not while phones wait for the node to start. */
const firstLookMs = 5_000;
/** Addresses change and ends come near; each look reads one small file. */
const lookEveryMs = 10 * 60_000;

export class HttpsCare {
  readonly #options: HttpsCareOptions;
  #served = '';
  #timer: Timer | undefined;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: HttpsCareOptions) {
    this.#options = options;
  }

  /** What is there is served when it resolves; the rest follows by itself. */
  async start(): Promise<void> {
    if (!this.#options.isWanted) return;
    await this.#serveWhatIsThere();
    this.#lookAfter(firstLookMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#looking;
  }

  /** A certificate was put into the folder. */
  async renewed(): Promise<void> {
    if (this.#options.isWanted && !this.#stopped) await this.#serveWhatIsThere();
  }

  /** What a certificate of this machine names; undefined where none is wanted. */
  names(): ServerNames | undefined {
    return this.#options.isWanted ? serverNamesOf(this.#options.names()) : undefined;
  }

  /** Where a page opened as `host` finds https; undefined while it is not served. */
  urlFor(host: string): string | undefined {
    const { tlsPort } = this.#options.http;
    if (tlsPort === 0) return undefined;
    const name = host.replace(/:\d+$/, '').toLowerCase();
    const { dns, addresses } = serverNamesOf(this.#options.names());
    const bare = name.replace(/^\[|\]$/g, '');
    const known = dns.includes(name) || addresses.includes(bare) ? name : dns[0]!;
    return `https://${known}${tlsPort === 443 ? '' : `:${tlsPort}`}`;
  }

  #lookAfter(delayMs: number): void {
    this.#timer = this.#options.clock.after(delayMs, () => {
      this.#looking = this.#look().then(() => {
        if (!this.#stopped) this.#lookAfter(lookEveryMs);
      });
    });
  }

  async #look(): Promise<void> {
    const { folder, crypto, random, siteName, clock, logger, names } = this.#options;
    const { unixMs } = clock.wall();
    try {
      await ensureServerCertificate(folder, { crypto, random, siteName, unixMs, ...names() });
    } catch (error) {
      logger.warn('no certificate could be made', { error: String(error) });
    }
    await this.#serveWhatIsThere();
  }

  async #serveWhatIsThere(): Promise<void> {
    const { folder, http, logger } = this.#options;
    try {
      const tls = readTls(folder);
      if (!tls || tls.webCertificate === this.#served) return;
      await http.useCertificate({ key: tls.key, certificate: tls.webCertificate });
      this.#served = tls.webCertificate;
      logger.info('https', { port: http.tlsPort });
    } catch (error) {
      // The node works without; what is wrong is for the log and for doctor.
      logger.warn('https is not served', { error: String(error) });
    }
  }
}

export interface SiteAuthority {
  /** X.509 in DER and in PEM. */
  readonly der: Uint8Array;
  readonly pem: string;
  /** SHA-256 of the DER, as systems show it: `AB:CD:…`. */
  readonly fingerprint: string;
}

/** The site's authority that phones may install; undefined where none is known. */
export function siteAuthorityOf(folder: string): SiteAuthority | undefined {
  const pem = readAuthorityCertificate(folder);
  const body = pem && /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(pem)?.[1];
  if (!pem || !body) return undefined;
  const der = Buffer.from(body, 'base64');
  const digest = createHash('sha256').update(der).digest('hex').toUpperCase();
  return { der, pem, fingerprint: digest.match(/../g)!.join(':') };
}
