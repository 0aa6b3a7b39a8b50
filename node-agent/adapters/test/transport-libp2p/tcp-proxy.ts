/**
 * A TCP proxy on loopback that counts the bytes of each way and can freeze, as a wire under test.
 */

import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  /** Multiaddr of the near end. */
  readonly address: string;
  readonly bytes: { toTarget: number; fromTarget: number };
  /** Nothing passes any more, or one way only, and nobody is told, as when a cable is cut. */
  freeze(deadWay?: 'toTarget' | 'fromTarget'): void;
  /** While frozen: who dialled, or the target, loses its connections; the other is not told. */
  lose(end: 'dialler' | 'target'): void;
  /** Connections pass again; what was lost stays lost. */
  thaw(): void;
  stop(): Promise<void>;
}

/** `target` is a multiaddr of the form /ip4/…/tcp/…; anything behind it is ignored. */
export async function startProxy(target: string): Promise<TcpProxy> {
  const [, , host, , port] = target.split('/');
  const bytes = { toTarget: 0, fromTarget: 0 };
  const sockets: Socket[] = [];
  const dead = { toTarget: false, fromTarget: false };
  const forward = (from: Socket, to: Socket, way: keyof typeof bytes): void => {
    sockets.push(from);
    from.on('data', (data) => {
      if (dead[way]) return;
      bytes[way] += data.length;
      to.write(data);
    });
    from.on('close', () => {
      if (!dead[way]) to.destroy();
    });
    from.on('error', () => {});
  };
  const ends = { dialler: [] as Socket[], target: [] as Socket[] };
  const server = createServer((near) => {
    const far = createConnection(Number(port), host);
    ends.dialler.push(near);
    ends.target.push(far);
    forward(near, far, 'toTarget');
    forward(far, near, 'fromTarget');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = server.address() as { port: number };
  return {
    address: `/ip4/127.0.0.1/tcp/${own.port}`,
    bytes,
    freeze: (deadWay) => {
      if (deadWay !== 'fromTarget') dead.toTarget = true;
      if (deadWay !== 'toTarget') dead.fromTarget = true;
    },
    lose: (end) => {
      for (const socket of ends[end].splice(0)) socket.resetAndDestroy();
    },
    thaw: () => {
      dead.toTarget = false;
      dead.fromTarget = false;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
