/**
 * Takes what was granted to this node out of the mesh: a renewed certificate, a TLS certificate.
 * A grant is judged by what it says itself; who carried it does not matter. What is taken is on
 * disk before it counts.
 */
import {
  BundleKind,
  bytesKey,
  decodeCertificate,
  decodeFields,
  decodeGrant,
  fromUtf8,
  GrantKind,
  type KeyPair,
  type Logger,
  type NodeApi,
  type ReadBundle,
} from '@muster/core';
import { writeNode } from '@muster/provisioning';
import type { NodeAuthor } from '../author/own-author.ts';

export interface OwnPapersOptions {
  readonly node: Pick<NodeApi, 'page' | 'replaceCertificate'>;
  readonly author: Pick<NodeAuthor, 'renew'>;
  readonly logger: Logger;
  /** Path of the data folder. */
  readonly folder: string;
  readonly key: KeyPair;
  /** In wire form, as it was at the start. */
  readonly certificate: Uint8Array;
  /** The tag of grants to this node, 16 bytes. */
  readonly tag: Uint8Array;
  /** Takes certificates for the node's own TLS key, in PEM. */
  acceptTls(pem: string): Promise<void>;
  onRenewed(): void;
}

/** Grants to this node that are looked at after a start: renewals of a few epochs. */
const grantsMax = 32;

export class OwnPapers {
  readonly #options: OwnPapersOptions;
  readonly #tagKey: string;
  #certificate: Uint8Array;

  constructor(options: OwnPapersOptions) {
    this.#options = options;
    this.#tagKey = bytesKey(options.tag);
    this.#certificate = options.certificate;
  }

  /** The node's certificate of now, in wire form. */
  get certificate(): Uint8Array {
    return this.#certificate;
  }

  /** What came while the node was away, or between its arrival and the disk. */
  start(): void {
    const { node, tag } = this.#options;
    for (const bundle of node.page({ tag, limit: grantsMax })) this.onBundle(bundle);
  }

  onBundle({ kind, tag, signed }: ReadBundle): void {
    if (kind !== BundleKind.grant || bytesKey(tag) !== this.#tagKey) return;
    const fields = decodeFields(signed);
    const grant = fields.ok ? decodeGrant(fields.value.payload) : undefined;
    if (grant?.kind === GrantKind.certificate) this.#renew(grant.content);
    else if (grant?.kind === GrantKind.tlsCertificate) void this.#takeTls(grant.content);
  }

  #renew(certificate: Uint8Array): void {
    const { node, author, folder, key, logger, onRenewed } = this.#options;
    const replaced = node.replaceCertificate(certificate);
    if (!replaced.ok) {
      // Grants of before are met again at each start; they are no news.
      logger.debug('a granted certificate was not taken', { reason: replaced.reason });
      return;
    }
    this.#certificate = certificate;
    author.renew(certificate);
    const { name = '', epoch = 0 } = decodeCertificate(certificate) ?? {};
    try {
      writeNode(folder, { name, key, certificate });
      logger.info('certificate renewed', { epoch });
    } catch (error) {
      // It counts until the process ends; the grant is met again at the next start.
      logger.error('the renewed certificate is not on disk', { error: String(error) });
    }
    onRenewed();
  }

  async #takeTls(content: Uint8Array): Promise<void> {
    const { acceptTls, logger } = this.#options;
    try {
      await acceptTls(fromUtf8(content) ?? '');
    } catch (error) {
      logger.error('a granted TLS certificate is not on disk', { error: String(error) });
    }
  }
}
