/**
 * Fuzz target: what travels of TLS through the mesh: requests for a certificate, and the answers,
 * X.509 under the site's authority. Input: a request, a certificate's DER or a text
 * with PEM, and which of them as the last line. Nothing of it is believed because it could be read.
 */
import { equalBytes } from '@muster/core';
import { readTlsRequest, serverNamesOf } from '@muster/provisioning';
import {
  decodeTlsAuthority,
  encodeTlsAuthority,
  namesFault,
  pemBlocks,
  readServerCertificate,
  toPem,
} from '@muster/provisioning/parsers';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { inputOf, splitInput, textOf, wordsOf } from './seeds.ts';
import { tlsSeeds } from './tls-seeds.ts';

const kinds = ['request', 'certificate', 'text'];
const own = serverNamesOf({ hostName: 'box', addresses: ['10.0.0.1'] });

export function createTlsTarget(): FuzzTarget {
  const { authority, request, answer } = tlsSeeds;
  const certificates = pemBlocks(answer).filter(({ label }) => label === 'CERTIFICATE');
  return {
    name: 'tls',
    seeds: () => [
      inputOf('request', request),
      ...certificates.map(({ bytes }) => inputOf('certificate', bytes)),
      inputOf('text', answer),
    ],
    dictionary: wordsOf('-----BEGIN ', '-----END ', 'CERTIFICATE-----', 'box.local', '\n'),
    async run(input) {
      const [kind, rest] = splitInput(input, kinds);
      if (kind === 'request') return readRequest(rest);
      if (kind === 'certificate') return readCertificate(rest, authority);
      return readText(textOf(rest));
    },
  };
}

async function readRequest(wire: Uint8Array): Promise<FuzzVerdict> {
  const request = await readTlsRequest(wire);
  if (!request) return false;
  return namesFault(request.names, own) ?? true;
}

async function readCertificate(der: Uint8Array, authority: string): Promise<FuzzVerdict> {
  const read = await readServerCertificate(toPem('CERTIFICATE', der), authority);
  return read !== undefined;
}

function readText(text: string): FuzzVerdict {
  for (const block of pemBlocks(text)) {
    const [again] = pemBlocks(toPem(block.label, block.bytes));
    if (!again || !equalBytes(again.bytes, block.bytes)) broken('two contents of one block');
  }
  const authority = decodeTlsAuthority(Buffer.from(text));
  if (!authority) return false;
  const again = decodeTlsAuthority(encodeTlsAuthority(authority));
  if (again?.certificate !== authority.certificate) broken('another certificate');
  return true;
}
