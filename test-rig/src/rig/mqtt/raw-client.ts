/**
 * A client that says whatever an attacker would, well-formed or not, and hears what comes back.
 * Every wait has a limit and ends in a message that says what was waited for.
 */
import { connect, type Socket } from 'node:net';
import mqtt, { type IConnectPacket, type Packet, type Parser } from 'mqtt-packet';

/** An attacker has an address of its own, so that bounds for each address do not hit the honest. */
const attackerAddress = '127.0.0.2';
export const answerMsMax = 5_000;

export interface RawOptions {
  readonly port: number;
  readonly localAddress?: string;
}

export class RawClient {
  readonly socket: Socket;
  readonly #parser: Parser = mqtt.parser({ protocolVersion: 4 });
  readonly #closed: Promise<void>;
  #received: Packet[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  #isMqtt = true;
  #isClosed = false;

  /** Over a socket that is connected, or connects; TLS sockets too. */
  constructor(socket: Socket) {
    this.socket = socket;
    this.#parser.on('packet', (packet) => this.#received.push(packet));
    // What is no MQTT, such as an answer in HTTP, is for `firstBytes` alone.
    this.#parser.on('error', () => {
      this.#isMqtt = false;
    });
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]).subarray(0, 1024);
      if (this.#isMqtt) this.#parser.parse(chunk);
      this.#wake?.();
    });
    // A broker that cuts resets what is still being written: the close tells.
    socket.on('error', () => {});
    this.#closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#isClosed = true;
        this.#wake?.();
        resolve();
      });
    });
  }

  static to({ port, localAddress = attackerAddress }: RawOptions): RawClient {
    return new RawClient(connect({ host: '127.0.0.1', port, localAddress, noDelay: true }));
  }

  /** The first bytes that came, for answers that are no MQTT. */
  get firstBytes(): Buffer {
    return this.#bytes;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** All packets of a kind so far that no `next` took. */
  count(cmd: Packet['cmd']): number {
    return this.#received.filter((packet) => packet.cmd === cmd).length;
  }

  send(...packets: readonly (Packet | Buffer)[]): this {
    for (const packet of packets) {
      this.socket.write(Buffer.isBuffer(packet) ? packet : mqtt.generate(packet));
    }
    return this;
  }

  /** The next packet of this kind; those of other kinds before it stay for others. */
  async next<Cmd extends Packet['cmd']>(cmd: Cmd): Promise<Extract<Packet, { cmd: Cmd }>> {
    const until = performance.now() + answerMsMax;
    for (;;) {
      const at = this.#received.findIndex((packet) => packet.cmd === cmd);
      if (at >= 0) return this.#received.splice(at, 1)[0] as Extract<Packet, { cmd: Cmd }>;
      if (this.#isClosed) throw new Error(`cut while waiting for ${cmd}`);
      if (performance.now() > until) throw new Error(`no ${cmd} within ${answerMsMax} ms`);
      await this.#something(until);
    }
  }

  /** Resolves when the broker ends the connection, with how long it took. */
  async cut(withinMs: number = answerMsMax): Promise<number> {
    const startedMs = performance.now();
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(new Error(`not cut within ${withinMs} ms`));
    }, withinMs);
    this.socket.resume();
    try {
      await Promise.race([this.#closed, late.promise]);
    } finally {
      clearTimeout(timer);
    }
    return performance.now() - startedMs;
  }

  /** Asks for a sign of life; throws when it was cut. */
  async ping(): Promise<void> {
    this.send({ cmd: 'pingreq' });
    await this.next('pingresp');
  }

  close(): void {
    this.socket.destroy();
  }

  #something(until: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, until - performance.now()));
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

/** A CONNECT as a well-behaved client would send it, with what differs. */
export function connectPacket(differing: Partial<IConnectPacket>): IConnectPacket {
  const usual = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true } as const;
  return { ...usual, clientId: 'attacker', keepalive: 60, ...differing };
}
