/**
 * TLS certificates among the nodes of a site: a node without the site's authority says in its
 * report what it needs, one that has the authority answers with a grant, and the answer is taken
 * in. Nothing here is in a message's way; the private key never leaves its machine.
 */
import {
  BundleKind,
  bytesKey,
  type Clock,
  type Crypto,
  encodeGrant,
  equalBytes,
  fromBase64url,
  GrantKind,
  grantTag,
  type Logger,
  type NodeReport,
  type Random,
  Scope,
  toBase64url,
  utf8,
} from '@muster/core';
import {
  acceptTlsCertificate,
  answerTlsRequest,
  hasTlsAuthority,
  type ServerNames,
  tlsRequest,
} from '@muster/provisioning';
import type { OwnAuthor } from '../extension.ts';
import { hostLabel } from '../node-names.ts';
import { adminLimits } from './limits.ts';
import type { HeardNode } from './site-board.ts';

export interface TlsPapersOptions {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly random: Random;
  readonly logger: Logger;
  readonly author: OwnAuthor;
  /** Path of the data folder. */
  readonly folder: string;
  readonly site: Uint8Array;
  readonly siteKey: Uint8Array;
  /** What phones open this machine by; undefined where it serves nothing over TLS. */
  names(): ServerNames | undefined;
  heard(): readonly HeardNode[];
  /** A certificate of its own is on disk. */
  onCertificate(): void;
}

export class TlsPapers {
  readonly #options: TlsPapersOptions;
  #request: NodeReport['tlsRequest'];
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  /** Since when it asks; undefined while it does not. */
  #askedAtMs: number | undefined;
  /** By node key: what was answered, and when. Bounded by nodesMax of the board. */
  readonly #answered = new Map<string, { readonly request: string; readonly atMs: number }>();

  constructor(options: TlsPapersOptions) {
    this.#options = options;
  }

  /** What this node asks for, as of the last look. */
  get request(): NodeReport['tlsRequest'] {
    return this.#request;
  }

  /** It has asked for a while, and nobody answered. */
  get isUnheard(): boolean {
    if (this.#askedAtMs === undefined) return false;
    return this.#options.clock.monotonicMs() - this.#askedAtMs >= adminLimits.tlsUnheardMs;
  }

  /** Looks now and then whether a certificate is needed; called with each report. */
  async look(): Promise<void> {
    const { clock, folder, author, logger } = this.#options;
    const nowMs = clock.monotonicMs();
    const everyMs = this.#request ? adminLimits.tlsAskEveryMs : adminLimits.tlsLookMs;
    if (nowMs - this.#lookedAtMs < everyMs) return;
    this.#lookedAtMs = nowMs;
    const wanted = this.#options.names();
    if (!wanted || hasTlsAuthority(folder)) return;
    const names = this.#withoutOthers(wanted);
    try {
      const { unixMs } = clock.wall();
      const octets = await tlsRequest(folder, { names, nodeKey: author.key, unixMs });
      const text = octets && toBase64url(octets);
      this.#request = text
        ? { request: text, names: [...names.dns, ...names.addresses] }
        : undefined;
      this.#askedAtMs = text ? (this.#askedAtMs ?? nowMs) : undefined;
    } catch (error) {
      logger.warn('no TLS certificate can be asked for', { error: String(error) });
    }
  }

  /** A node's report: whoever has the site's authority answers what it asks for. */
  async onReport(node: HeardNode): Promise<void> {
    const { clock, folder, random, logger, author, crypto, site } = this.#options;
    const asked = node.report.tlsRequest;
    if (!asked || equalBytes(node.key, author.key) || !hasTlsAuthority(folder)) return;
    if (this.#wasAnswered(node, asked.request)) return;
    const request = fromBase64url(asked.request);
    const own = this.#namesOf(node, asked.names);
    if (!request) return;
    const { unixMs } = clock.wall();
    const answer = await answerTlsRequest(folder, {
      ...{ request, nodeKey: node.key, own, random, unixMs },
    });
    if (!answer.ok) {
      logger.warn('a TLS certificate was refused', { node: node.name, reason: answer.reason });
      return;
    }
    const content = utf8(answer.value);
    const payload = encodeGrant({ kind: GrantKind.tlsCertificate, content });
    const tag = grantTag(crypto, site, node.key);
    author.write({ kind: BundleKind.grant, tag, payload, scope: Scope.site }, (put) => {
      if (put.ok) logger.info('TLS certificate granted', { node: node.name });
      else logger.warn('a TLS certificate was not sent', { reason: put.reason });
    });
  }

  /** A grant came: the certificates in PEM. */
  async accept(pem: string): Promise<void> {
    const { folder, crypto, siteKey, logger, onCertificate } = this.#options;
    const taken = await acceptTlsCertificate(folder, { pem, crypto, siteKey });
    if (!taken.ok) {
      // Of an earlier request, met again at a start; or not for this machine.
      logger.debug('a granted TLS certificate was not taken', { reason: taken.reason });
      return;
    }
    this.#request = undefined;
    this.#askedAtMs = undefined;
    logger.info('TLS certificate taken');
    onCertificate();
  }

  #wasAnswered({ key }: HeardNode, request: string): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    const known = this.#answered.get(bytesKey(key));
    const isFresh = known && nowMs - known.atMs < adminLimits.tlsAnswerEveryMs;
    if (isFresh && known.request === request) return true;
    // However often it changes its mind.
    if (known && nowMs - known.atMs < adminLimits.tlsAnswerMsMin) return true;
    if (this.#answered.size >= adminLimits.nodesMax) this.#answered.clear();
    this.#answered.set(bytesKey(key), { request, atMs: nowMs });
    return false;
  }

  /** What it says it goes by, without what another node goes by. */
  #namesOf(node: HeardNode, names: readonly string[]): ServerNames {
    const taken = this.#takenBy(node.key, [node.name, node.report.name].map(localName));
    const isAddress = (name: string): boolean => /^[\d.]+$/.test(name) || name.includes(':');
    return {
      dns: names.filter((name) => !isAddress(name) && !taken.has(name)),
      addresses: names.filter(isAddress),
    };
  }

  /** Machines of one image share a host name, which may be what another node is called. */
  #withoutOthers(wanted: ServerNames): ServerNames {
    const { author, heard } = this.#options;
    const self = heard().find(({ key }) => equalBytes(key, author.key));
    const its = self ? [self.name, self.report.name].map(localName) : [];
    const taken = this.#takenBy(author.key, its);
    return { ...wanted, dns: wanted.dns.filter((name) => !taken.has(name)) };
  }

  /** Names by which other nodes than this one go, but for those that are `its` all the same. */
  #takenBy(key: Uint8Array, its: readonly string[]): ReadonlySet<string> {
    const others = this.#options.heard().filter((one) => !equalBytes(one.key, key));
    const taken = new Set(others.flatMap(({ name, report }) => [name, report.name].map(localName)));
    for (const name of its) taken.delete(name);
    return taken;
  }
}

function localName(label: string): string {
  return `${hostLabel(label)}.local`;
}
