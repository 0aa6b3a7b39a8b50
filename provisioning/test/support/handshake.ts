/** A real TLS handshake on loopback: what a client that trusts the authority says of a server. */
import type { TestContext } from 'node:test';
import { connect, createServer } from 'node:tls';
import type { CertifiedKey } from '@muster/provisioning';

/** `ok`, or the client's reason; `servername` is the name under which it means to speak. */
export async function handshake(
  context: TestContext,
  options: { readonly server: CertifiedKey; readonly ca: string; readonly servername: string },
): Promise<string> {
  const { key, certificate } = options.server;
  const server = createServer({ key, cert: certificate }, (socket) => socket.end());
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  const { port } = server.address() as { port: number };
  return new Promise((resolve) => {
    const { ca, servername } = options;
    const socket = connect({ host: '127.0.0.1', port, ca, servername }, () => {
      resolve('ok');
      socket.destroy();
    });
    socket.on('error', (error) => resolve(error.message));
  });
}
