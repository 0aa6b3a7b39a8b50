/** A hello as a node says it first, with a certificate that no admin of the site ever signed. */
import { type Crypto, NodeRole, type Random, rootIssuer, signCertificate } from '@muster/core';

/** A hello of version 1 with a certificate of a site that is the stranger's own: one frame. */
export function forgedHello(crypto: Crypto, random: Random, nodeKey: Uint8Array): Uint8Array {
  const root = crypto.keyPairFromSeed(random.bytes(32));
  const fields = { nodeKey, role: NodeRole.node, capabilities: 0, epoch: 0, name: 'box' };
  const site = crypto.blake2b(16, root.publicKey);
  const certificate = signCertificate(crypto, { ...fields, site }, rootIssuer(root));
  const length = [(certificate.length & 0x7f) | 0x80, certificate.length >> 7];
  // Frame of one whole message on the first stream; hello, versions 1 to 1.
  return Uint8Array.of(8, 1, 1, 1, ...random.bytes(16), ...length, ...certificate);
}
