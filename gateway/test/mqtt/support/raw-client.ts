/** A client of raw bytes: what a library would never send, and what the broker does about it. */
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import mqttPacket, { type IConnectPacket, type Packet } from 'mqtt-packet';
import type { RealBroker } from './real-broker.ts';

export class RawClient {
  readonly socket: Socket;
  readonly packets: Packet[] = [];
  readonly closed: Promise<void>;
  #onPacket: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    const parser = mqttPacket.parser();
    parser.on('packet', (packet) => {
      this.packets.push(packet);
      this.#onPacket?.();
    });
    socket.on('data', (chunk) => parser.parse(chunk));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
  }

  static async open(context: TestContext, { broker }: RealBroker): Promise<RawClient> {
    const socket = connect({ port: broker.ports().tcp, host: '127.0.0.1', noDelay: true });
    context.after(() => socket.destroy());
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    return new RawClient(socket);
  }

  /** Connected as `box` unless said otherwise, its CONNACK received. */
  static async admitted(
    context: TestContext,
    real: RealBroker,
    options: Partial<IConnectPacket> = {},
  ): Promise<RawClient> {
    const client = await RawClient.open(context, real);
    const connect = client.answered(1);
    client.send(connectPacket(real, options));
    await connect;
    return client;
  }

  send(packet: Packet | Buffer): void {
    this.socket.write(Buffer.isBuffer(packet) ? packet : mqttPacket.generate(packet));
  }

  /** All packets received, once there are so many. */
  answered(count: number): Promise<Packet[]> {
    return new Promise((resolve) => {
      this.#onPacket = () => {
        if (this.packets.length >= count) resolve(this.packets);
      };
      this.#onPacket();
    });
  }
}

export function connectPacket(
  { passwords }: RealBroker,
  options: Partial<IConnectPacket> = {},
): IConnectPacket {
  const own = { username: 'box', password: Buffer.from(passwords.box), clientId: 'raw' };
  const protocol = { protocolId: 'MQTT', protocolVersion: 4 } as const;
  return { cmd: 'connect', clean: true, keepalive: 60, ...protocol, ...own, ...options };
}
