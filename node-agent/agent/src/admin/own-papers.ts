/**
 * Takes what was granted to this node out of the mesh: a renewed certificate, a TLS certificate.
 * A grant is judged by what it says itself, and by its author's role: else anybody could send a
 * certificate of before once more. What is taken is kept for the next start.
 */
import {
  BundleKind,
  bytesKey,
  compareBytes,
  decodeCertificate,
  decodeFields,
  decodeGrant,
  equalBytes,
  fromUtf8,
  GrantKind,
  type KeyPair,
  type Logger,
  type NodeApi,
  ok,
  type ReadBundle,
  Role,
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
  /** Order key of the grant that it came with; of two the later one counts. */
  #grantedAt: Uint8Array = new Uint8Array(0);

  constructor(options: OwnPapersOptions) {
    this.#options = options;
    this.#tagKey = bytesKey(options.tag);
    this.#certificate = options.certificate;
  }

  /** The node's name by its certificate of now. */
  get name(): string {
    return decodeCertificate(this.#certificate)?.name ?? '';
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

  onBundle({ kind, tag, signed, role, orderKey }: ReadBundle): void {
    if (kind !== BundleKind.grant || bytesKey(tag) !== this.#tagKey) return;
    if (role !== Role.admin && role !== Role.node) return;
    const fields = decodeFields(signed);
    const grant = fields.ok ? decodeGrant(fields.value.payload) : undefined;
    if (grant?.kind === GrantKind.tlsCertificate) void this.#takeTls(grant.content);
    if (grant?.kind !== GrantKind.certificate || role !== Role.admin) return;
    if (compareBytes(orderKey, this.#grantedAt) > 0) this.#renew(grant.content, orderKey);
  }

  #renew(certificate: Uint8Array, grantedAt: Uint8Array): void {
    const { node, author, folder, key, logger, onRenewed } = this.#options;
    const isKnown = equalBytes(certificate, this.#certificate);
    const replaced = isKnown ? ok(undefined) : node.replaceCertificate(certificate);
    if (!replaced.ok) {
      logger.debug('a granted certificate was not taken', { reason: replaced.reason });
      return;
    }
    this.#grantedAt = grantedAt;
    if (isKnown) return;
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
