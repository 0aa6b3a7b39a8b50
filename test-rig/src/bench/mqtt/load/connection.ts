/** One connection of the load generator: batches what it writes, acknowledges by the chunk. */
import { connect, type Socket } from 'node:net';
import mqtt from 'mqtt-packet';
import { PacketType, PacketWalk } from './packet-walk.ts';

export interface BrokerAddress {
  readonly port: number;
  /** A broker that asks for none takes any. */
  readonly username: string;
  readonly password: string;
}

export interface ConnectionEvents {
  /** After each chunk: PUBLISHes that came, and PUBACKs. */
  onCount?(published: number, acknowledged: number): void;
  /** Each payload; the bytes hold only during the call. */
  onPayload?(bytes: Buffer, at: number): void;
  /** The connection is gone, whoever ended it. */
  onClose?(): void;
}

const answerMsMax = 15_000;
const readBufferBytes = 256 * 1024;
/** All connections read into the same bytes: a chunk is walked before the next one is read. */
const readBuffer = Buffer.allocUnsafe(readBufferBytes);

export class LoadConnection {
  readonly #socket: Socket;
  readonly #walk: PacketWalk;
  readonly #events: ConnectionEvents;
  #published = 0;
  #acknowledged = 0;
  #owed: number[] = [];
  #onAnswer: ((type: number, code: number) => void) | undefined;

  private constructor(port: number, events: ConnectionEvents) {
    this.#events = events;
    this.#walk = new PacketWalk({
      onPublish: (qos, messageId, bytes, payloadAt) => {
        this.#published++;
        if (qos === 1) this.#owed.push(messageId);
        events.onPayload?.(bytes, payloadAt);
      },
      onOther: (type, bytes, bodyAt) => {
        if (type === PacketType.puback) this.#acknowledged++;
        else if (type === PacketType.connack) this.#onAnswer?.(type, bytes[bodyAt + 1]!);
        else if (type === PacketType.suback) this.#onAnswer?.(type, bytes[bodyAt + 2]!);
      },
    });
    const callback = (count: number): boolean => {
      this.#take(readBuffer.subarray(0, count));
      return true;
    };
    const onread = { buffer: readBuffer, callback };
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
    // A broker that is stopped at the end resets what is still open.
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => events.onClose?.());
  }

  static async open(
    { port, username, password }: BrokerAddress,
    clientId: string,
    events: ConnectionEvents = {},
  ): Promise<LoadConnection> {
    const connection = new LoadConnection(port, events);
    const credentials = { username, password: Buffer.from(password) };
    const about = { protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 120 } as const;
    const packet = mqtt.generate({ cmd: 'connect', clientId, ...about, ...credentials });
    const code = await connection.#ask(packet, PacketType.connack);
    if (code !== 0) throw new Error(`${clientId}: CONNACK with return code ${code}`);
    return connection;
  }

  async subscribe(topic: string, qos: 0 | 1): Promise<void> {
    const subscriptions = [{ topic, qos }];
    const packet = mqtt.generate({ cmd: 'subscribe', messageId: 1, subscriptions });
    const granted = await this.#ask(packet, PacketType.suback);
    if (granted !== qos) throw new Error(`${topic}: SUBACK with ${granted} for QoS ${qos}`);
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#walk.take(chunk);
    if (this.#owed.length > 0) this.#acknowledge();
    if (this.#published > 0 || this.#acknowledged > 0) {
      this.#events.onCount?.(this.#published, this.#acknowledged);
    }
    this.#published = 0;
    this.#acknowledged = 0;
  }

  #acknowledge(): void {
    const bytes = Buffer.allocUnsafe(this.#owed.length * 4);
    let at = 0;
    for (const id of this.#owed) {
      bytes.writeUInt16BE((PacketType.puback << 12) | 2, at);
      bytes.writeUInt16BE(id, at + 2);
      at += 4;
    }
    this.#owed = [];
    this.#socket.write(bytes);
  }

  #ask(packet: Buffer, wanted: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error(`the broker did not answer with packet type ${wanted}`));
      const late = setTimeout(fail, answerMsMax);
      this.#onAnswer = (type, code) => {
        if (type !== wanted) return;
        clearTimeout(late);
        this.#onAnswer = undefined;
        resolve(code);
      };
      this.#socket.write(packet);
    });
  }
}
