/**
 * Finds web addresses in a text. Only http and https become links; what is shown is where the link
 * goes, with the host in its ASCII form when it could deceive.
 */
export interface TextPart {
  readonly text: string;
  /** Absent for plain text. */
  readonly href?: string;
}

const candidate = /https?:\/\/[^\s<>"'`]+/giu;
/** What ends a sentence rather than an address. */
const trailing = /[.,;:!?)\]}»”’]+$/u;

export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const found of text.matchAll(candidate)) {
    const address = found[0].replace(trailing, '');
    const link = linkTo(address);
    if (!link) continue;
    if (found.index > at) parts.push({ text: text.slice(at, found.index) });
    parts.push(link);
    at = found.index + address.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

function linkTo(address: string): TextPart | undefined {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  // A user name before the host only ever serves to deceive: http://bank.example@evil.example.
  if (url.username !== '' || url.password !== '' || url.hostname === '') return undefined;
  const plain = /^[\u0021-\u007e]+$/.test(address);
  return { text: plain ? address : url.href, href: url.href };
}
