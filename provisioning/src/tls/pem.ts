/** PEM (RFC 7468): labelled base64 between two lines, so that several things go in one text. */

export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
  /** The block alone, as text with a line feed at its end. */
  readonly text: string;
}

const block = /-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----/g;
const lineLength = 64;

/** Every block in the order of the text; what stands between them is passed over. */
export function pemBlocks(text: string): readonly PemBlock[] {
  return [...text.matchAll(block)].map(([, label = '', base64 = '']) => {
    const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
    return { label, bytes, text: toPem(label, bytes) };
  });
}

export function toPem(label: string, bytes: Uint8Array): string {
  const base64 = Buffer.from(bytes).toString('base64');
  const lines = base64.match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
