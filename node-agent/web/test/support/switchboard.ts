/**
 * One address that leads to one node now and to another later, as a host name does when a phone
 * walks from box to box. Can also be cut. Plain TCP: the page notices nothing but what a phone
 * would.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Switchboard {
  readonly port: number;
  readonly origin: string;
  /** From now on this port answers; undefined: nobody does. Open connections are cut. */
  lead(port: number | undefined): void;
  close(): Promise<void>;
}

export async function openSwitchboard(): Promise<Switchboard> {
  let target: number | undefined;
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const server = createServer((phone) => {
    track(phone);
    if (target === undefined) return phone.destroy();
    const node = connect(target, '127.0.0.1');
    track(node);
    phone.pipe(node).pipe(phone);
    phone.on('close', () => node.destroy());
    node.on('close', () => phone.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    origin: `http://localhost:${port}`,
    lead(next) {
      target = next;
      cut();
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
