/**
 * The names and addresses that a site's authority may vouch for, as the X.509 extension
 * NameConstraints (RFC 5280, 4.2.1.10): `.local`, `localhost` and private address ranges. Whoever
 * trusts the authority so trusts it for nothing on the internet.
 */

import { der, derSequence } from './der.ts';

/** dNSName subtrees: a name and all below it. */
const names = ['local', 'localhost'];

/** Address and mask, as bytes in hex. */
const ranges = [
  '0a000000ff000000', // 10.0.0.0/8
  'ac100000fff00000', // 172.16.0.0/12
  'c0a80000ffff0000', // 192.168.0.0/16
  'a9fe0000ffff0000', // 169.254.0.0/16
  '7f000000ff000000', // 127.0.0.0/8
  `fc${'00'.repeat(15)}fe${'00'.repeat(15)}`, // fc00::/7
  `fe80${'00'.repeat(14)}ffc0${'00'.repeat(14)}`, // fe80::/10
  `${'00'.repeat(15)}01${'ff'.repeat(16)}`, // ::1
];

/** GeneralName's choices (RFC 5280, 4.2.1.6). */
export const NameTag = { dnsName: 0x82, ipAddress: 0x87 } as const;
const permittedTag = 0xa0;

/** The extension's value in DER. */
export function nameConstraints(): Buffer {
  const subtrees = [
    ...names.map((name) => derSequence(der(NameTag.dnsName, Buffer.from(name)))),
    ...ranges.map((hex) => derSequence(der(NameTag.ipAddress, Buffer.from(hex, 'hex')))),
  ];
  return derSequence(der(permittedTag, ...subtrees));
}

/** Whether an address lies in one of the ranges; only those can stand in a certificate. */
export function isVouchedAddress(address: string): boolean {
  const bytes = addressBytes(address);
  return ranges.some((hex) => {
    const range = Buffer.from(hex, 'hex');
    const half = range.length / 2;
    return (
      bytes?.length === half && bytes.every((byte, at) => (byte & range[half + at]!) === range[at]!)
    );
  });
}

/** 4 or 16 bytes; undefined for what is no address. */
export function addressBytes(address: string): number[] | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(address)) return address.split('.').map(Number);
  if (!URL.canParse(`http://[${address}]`)) return undefined;
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const left = groups(head);
  const right = groups(tail ?? '');
  const zeros = Array<number>(8 - left.length - right.length).fill(0);
  return [...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 255]);
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
