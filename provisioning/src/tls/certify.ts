/**
 * Certifies the key of a server under the site's authority: the two certificates of it, and the
 * answer in which they travel to a node. Loads the X.509 library; see certificate.ts.
 */
import type { Random } from '@muster/core';
import { encodeTlsAuthority, type TlsAuthority } from './authority-file.ts';
import type { ServerRequest } from './certificate.ts';
import { validity, webValidity } from './validity.ts';

export interface Certified {
  /** Lasts for good; PEM. */
  readonly certificate: string;
  /** For browsers; PEM, empty where the clock is not set. */
  readonly webCertificate: string;
  readonly webEndsUnixMs: number;
}

/** An authority with its private key. */
export type SigningAuthority = TlsAuthority & { readonly key: string };

export async function certifyServer(
  authority: SigningAuthority,
  request: Pick<ServerRequest, 'names' | 'publicKey'>,
  { random, unixMs }: { readonly random: Random; readonly unixMs: number },
): Promise<Certified> {
  const { issueServerCertificate } = await import('./certificate.ts');
  const forWeb = webValidity(unixMs);
  const issue = (when: typeof validity | NonNullable<typeof forWeb>) =>
    issueServerCertificate(random, authority, { ...request, ...when });
  return {
    certificate: await issue(validity),
    webCertificate: forWeb ? await issue(forWeb) : '',
    webEndsUnixMs: forWeb?.notAfter.getTime() ?? 0,
  };
}

/** As one text: the certificates, then the authority that signed them, and the root's word. */
export function answerText(
  { certificate, webCertificate }: Certified,
  { certificate: ca, voucher }: TlsAuthority,
): string {
  const shown = encodeTlsAuthority({ certificate: ca, ...(voucher && { voucher }) });
  return `${certificate}${webCertificate}${Buffer.from(shown).toString()}`;
}
