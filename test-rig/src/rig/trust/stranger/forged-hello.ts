/**
 * A hello as a node says it first (step 4 of a message's way), with a certificate that no admin of
 * the site ever signed. All else about it is right: only its certificate speaks against it.
 */
import {
  type Crypto,
  concat,
  Lane,
  NodeRole,
  type Random,
  rootIssuer,
  signCertificate,
} from '@muster/core';
import { encodeHello, liveStream, makeNonce, singleFlag } from '@muster/core/parsers';

/** Of a nonce, what is not its check (docs/protocol/replication.md). */
const drawnBytes = 12;

/** A frame with a hello of version 1; its certificate is of a site that is the stranger's own. */
export function forgedHello(crypto: Crypto, random: Random, nodeKey: Uint8Array): Uint8Array {
  const root = crypto.keyPairFromSeed(random.bytes(32));
  const fields = { nodeKey, role: NodeRole.node, capabilities: 0, epoch: 0, name: 'box' };
  const site = crypto.blake2b(16, root.publicKey);
  const certificate = signCertificate(crypto, { ...fields, site }, rootIssuer(root));
  const nonce = makeNonce(crypto, random.bytes(drawnBytes));
  const hello = encodeHello({ versionMin: 1, versionMax: 1, nonce, certificate });
  return concat(Uint8Array.of(liveStream(Lane.urgent) | singleFlag), hello);
}
