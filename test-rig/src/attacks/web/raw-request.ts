/**
 * One HTTP request over a raw socket, byte for byte as it is given, and what came back: status,
 * headers and body. Nothing tidies it on the way, unlike any HTTP client.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawAnswer {
  /** 0: the connection ended without an answer. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const answerMsMax = 5_000;
/** Enough to see what it is; a file of the app may be longer. */
const answerBytesMax = 64 * 1024;

/** `from`: a loopback address of this machine, because the box counts by address. */
export async function rawRequest(
  to: { readonly port: number; readonly from: string },
  bytes: string,
): Promise<RawAnswer> {
  const socket = connect({ host: '127.0.0.1', port: to.port, localAddress: to.from });
  const parts: Buffer[] = [];
  let received = 0;
  socket.setTimeout(answerMsMax, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('data', (part) => {
    parts.push(part);
    received += part.length;
    // A socket that became a WebSocket stays open.
    if (received > answerBytesMax || isUpgraded(parts[0]!)) socket.destroy();
  });
  socket.write(Buffer.from(bytes, 'utf8'));
  await once(socket, 'close');
  return answerOf(Buffer.concat(parts).toString('latin1'));
}

function isUpgraded(first: Buffer): boolean {
  return first.subarray(0, 12).toString('latin1') === 'HTTP/1.1 101';
}

function answerOf(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, end < 0 ? undefined : end).split('\r\n');
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0);
  return { status, headers, body: end < 0 ? '' : text.slice(end + 4) };
}
