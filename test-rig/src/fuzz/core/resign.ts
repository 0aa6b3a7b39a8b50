/**
 * Signs a changed statement again, with the key of whoever in the cast it names, so that what lies
 * behind the signature is judged too. Certificates inside are signed again first.
 */
import { concat, domain } from '@muster/core';
import { type CborNode, parseCbor, setArgument, writeCbor } from '../mutate/cbor-tree.ts';
import { crypto, secretOf, site } from './cast.ts';

export type PaperDomain =
  | 'admin-certificate'
  | 'certificate'
  | 'ticket'
  | 'device'
  | 'site-card'
  | 'site-policy'
  | 'site-rules'
  | 'trust-list'
  | 'provision'
  | 'guest-pass';

/** Where the signer stands: a key in the signed part, or in the certificate that comes along. */
const signerPlace: Partial<Record<PaperDomain, 'first' | 'last'>> = {
  certificate: 'last',
  ticket: 'last',
  device: 'first',
  'trust-list': 'first',
  'site-card': 'first',
};
const keyBytes = 32;

/** Undefined where it is no statement any more. */
export function resign(wire: Uint8Array, name: PaperDomain): Uint8Array | undefined {
  const tree = parseCbor(wire);
  const [top] = tree ?? [];
  const [signedNode, signatureNode, third] = top?.items ?? [];
  if (!tree || !signedNode || signatureNode?.major !== 2) return undefined;
  const inner = third && resignedCertificate(contentOf(third));
  if (third && inner) setContent(third, inner);
  const signed = contentOf(signedNode);
  const secret = signerOf(name, { signed, third: third && contentOf(third) });
  setContent(signatureNode, crypto.sign(concat(domain(name), signed), secret));
  return writeCbor(tree);
}

/** An admin certificate has six fields, a node's eight. */
function resignedCertificate(wire: Uint8Array): Uint8Array | undefined {
  const [top] = parseCbor(wire) ?? [];
  const fields = top?.items[0]?.items[0]?.items.length ?? 0;
  if (fields === 0) return undefined;
  return resign(wire, fields > 6 ? 'certificate' : 'admin-certificate');
}

function signerOf(
  name: PaperDomain,
  { signed, third }: { readonly signed: Uint8Array; readonly third: Uint8Array | undefined },
): Uint8Array {
  const place = signerPlace[name];
  const keys = keysIn(place ? signed : (third ?? new Uint8Array(0)));
  const key = place === 'last' ? keys.at(-1) : keys[0];
  return (key && secretOf(key)) ?? site.key.secretKey;
}

/** Byte strings as long as a key, in their order. */
function keysIn(bytes: Uint8Array): Uint8Array[] {
  const keys: Uint8Array[] = [];
  const visit = (node: CborNode) => {
    if (node.major === 2 && node.content.length === keyBytes) keys.push(node.content);
    node.items.forEach(visit);
  };
  parseCbor(bytes)?.forEach(visit);
  return keys;
}

function contentOf(node: CborNode): Uint8Array {
  return node.items.length > 0 ? writeCbor(node.items) : node.content;
}

function setContent(node: CborNode, content: Uint8Array): void {
  node.content = content;
  node.items = [];
  setArgument(node, BigInt(content.length));
}
