/** What a case of the battery is, and what it may use. */
import type { IConnectPacket, Packet } from 'mqtt-packet';
import { connectPacket, RawClient } from './raw-client.ts';
import type { Credential, Target } from './target/target.ts';

export interface RigCase {
  readonly name: string;
  /** Answers what was seen, in a few words; throws when it is not what must be seen. */
  run(arena: Arena): Promise<string>;
}

/** Where the cases play: the broker under attack, and the credentials that they hold. */
export class Arena {
  readonly target: Target;
  readonly #open = new Set<RawClient>();
  #clients = 0;

  constructor(target: Target) {
    this.target = target;
  }

  get attacker(): Credential {
    return this.target.credentials.attacker;
  }

  /** A raw connection, ended with the case. */
  raw(localAddress?: string): RawClient {
    const { mqtt: port } = this.target.ports;
    return this.keep(RawClient.to({ port, ...(localAddress ? { localAddress } : {}) }));
  }

  keep(client: RawClient): RawClient {
    this.#open.add(client);
    return client;
  }

  /** A CONNECT with the attacker's credential and an id of its own, with what differs. */
  connect(differing: Partial<IConnectPacket> = {}): IConnectPacket {
    const { name, password } = this.attacker;
    const clientId = `attacker-${this.#clients++}`;
    const credential = { username: name, password: Buffer.from(password) };
    return connectPacket({ clientId, ...credential, ...differing });
  }

  /** A connected client with the attacker's credential. */
  async login(differing: Partial<IConnectPacket> = {}, localAddress?: string): Promise<RawClient> {
    const client = this.raw(localAddress);
    client.send(this.connect(differing));
    const { returnCode } = await client.next('connack');
    if (returnCode !== 0) throw new Error(`CONNACK ${returnCode} for a rightful client`);
    return client;
  }

  /** Ends what the case left open. */
  clear(): void {
    for (const client of this.#open) client.close();
    this.#open.clear();
  }
}

/** Sends, and requires that the broker cuts the connection. */
export async function mustCut(
  client: RawClient,
  ...packets: readonly (Packet | Buffer)[]
): Promise<string> {
  await client.send(...packets).cut();
  return 'cut';
}

/** Sends a CONNECT, and requires a refusal: a CONNACK with a code above 0, or a plain cut. */
export async function mustRefuse(client: RawClient, packet: IConnectPacket | Buffer) {
  await client.send(packet).cut();
  if (client.count('connack') === 0) return 'cut';
  const { returnCode } = await client.next('connack');
  if (returnCode === 0) throw new Error('was let in');
  return `CONNACK ${returnCode}`;
}

/** Subscribes, and requires the failure code for every filter. */
export async function mustDeny(client: RawClient, ...filters: readonly string[]): Promise<string> {
  const subscriptions = filters.map((topic) => ({ topic, qos: 0 as const }));
  client.send({ cmd: 'subscribe', messageId: 7, subscriptions });
  const { granted } = await client.next('suback');
  const isDenied = granted.length === filters.length && granted.every((code) => code === 0x80);
  if (!isDenied) throw new Error(`SUBACK ${granted.join(' ')}`);
  return 'SUBACK 0x80';
}
