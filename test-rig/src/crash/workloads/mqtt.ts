/**
 * The broker's sessions and retained messages under load (step 6): publishes of all qualities to a
 * session that is away, some of them released, retained ones, openings of which some end with kill
 * -9. What a client was acknowledged must be there, and once.
 */
import { join } from 'node:path';
import {
  chance,
  createMemoryLogger,
  FakeClock,
  intBelow,
  SeededRandom,
} from '@muster/core/testing';
import { createSqlitePersistence } from '@muster/gateway';
import { checkSqliteFile, quarantinesOf } from './sqlite-file.ts';
import type { KilledAtSync, LifeOptions, Mark, Promises, Workload } from './workload.ts';

type Persistence = ReturnType<typeof createSqlitePersistence>;
type Publish = Parameters<Persistence['storeRetained']>[0];

const publishesPerLife = 140;
const publishersAtOnce = 4;
const topics = 20;
const numbersPerLife = 1_000;
const away = { id: 'away' };
const publisher = { id: 'publisher' };
/** So that nothing goes at a bound. */
const limits = {
  queuedPerSessionMax: 1_000_000,
  queuedBytesPerSessionMax: 2 ** 40,
  queuedBytesMax: 2 ** 40,
  incomingPerClientMax: 65_535,
};

type MqttMark =
  | { readonly cleaning: true }
  | { readonly subscribed: string }
  | { readonly found: readonly string[] }
  | { readonly waits: string }
  | { readonly kept: string; readonly no: number }
  | { readonly incoming: number }
  | { readonly releasing: number };

export const mqttWorkload: Workload<MqttMark> = {
  name: 'mqtt',
  lives: 4,
  live,
  promises: () => new MqttPromises(),
};

async function open(folder: string, id: string): Promise<Persistence> {
  const logger = createMemoryLogger();
  const path = join(folder, 'mqtt.db');
  const store = createSqlitePersistence({ path, clock: new FakeClock(), logger, limits });
  await store.setup({ id, clients: {} });
  return store;
}

async function live({ life, folder, seed, mark }: LifeOptions<MqttMark>): Promise<KilledAtSync> {
  const store = await open(folder, `life ${life}`);
  // What a start finds is acted on, without another word to the disk.
  mark({ found: await waitingIn(store) });
  mark({ cleaning: true });
  await store.cleanSubscriptions(away);
  await store.cleanIncoming(publisher);
  await store.addSubscriptions(away, [{ topic: 'load/#', qos: 2 }]);
  mark({ subscribed: 'load/#' });
  const random = new SeededRandom(seed + life);
  const load = new Load(store, { random, life, mark });
  await Promise.all(Array.from({ length: publishersAtOnce }, () => load.run()));
  if (life % 3 === 2) {
    await store.destroy();
    return undefined;
  }
  for (let i = 0; i < publishersAtOnce; i++) void load.one();
  return 1;
}

class Load {
  readonly #store: Persistence;
  readonly #random: SeededRandom;
  readonly #life: number;
  readonly #mark: Mark<MqttMark>;
  #no = 0;

  constructor(
    store: Persistence,
    options: {
      readonly random: SeededRandom;
      readonly life: number;
      readonly mark: Mark<MqttMark>;
    },
  ) {
    this.#store = store;
    this.#random = options.random;
    this.#life = options.life;
    this.#mark = options.mark;
  }

  async run(): Promise<void> {
    while (this.#no < publishesPerLife) await this.one();
  }

  one(): Promise<void> {
    return this.#publish(++this.#no);
  }

  async #publish(no: number): Promise<void> {
    const bytes = chance(this.#random, 0.1) ? 9_000 : intBelow(this.#random, 1_500);
    const name = `${this.#life}.${no}.`;
    const payload = Buffer.from(name.padEnd(bytes, 'x'));
    if (no % 5 === 0) await this.#keep(no, payload);
    else if (no % 2 === 0) await this.#once(no, payload);
    else await this.#twice(no, payload);
  }

  async #keep(no: number, payload: Buffer): Promise<void> {
    const topic = `kept/${no % topics}`;
    await this.#store.storeRetained(publish(topic, { payload, retain: true, brokerCounter: no }));
    this.#mark({ kept: topic, no: this.#life * numbersPerLife + no });
  }

  async #once(no: number, payload: Buffer): Promise<void> {
    const packet = publish(`load/${no}`, { payload, brokerCounter: no });
    await this.#store.outgoingEnqueue({ clientId: away.id, qos: 1 }, packet);
    this.#mark({ waits: nameOf(payload) });
  }

  /** Quality 2: taken once, however often the client sends it, until it releases the number. */
  async #twice(no: number, payload: Buffer): Promise<void> {
    const messageId = 1 + no;
    const packet = publish(`load/${no}`, { payload, qos: 2, messageId, brokerCounter: no });
    await this.#store.incomingStorePacket(publisher, packet);
    await this.#store.outgoingEnqueue({ clientId: away.id, qos: 2 }, packet);
    this.#mark({ waits: nameOf(payload) });
    this.#mark({ incoming: messageId });
    if (no % 3 !== 0) return;
    this.#mark({ releasing: messageId });
    await this.#store.incomingDelPacket(publisher, packet);
  }
}

class MqttPromises implements Promises<MqttMark> {
  readonly #waits = new Set<string>();
  readonly #kept = new Map<string, number>();
  readonly #incoming = new Set<number>();
  #subscribed = false;

  saw(mark: MqttMark): void {
    if ('cleaning' in mark) {
      this.#waits.clear();
      this.#incoming.clear();
      this.#subscribed = false;
    } else if ('subscribed' in mark) this.#subscribed = true;
    else if ('found' in mark) for (const name of mark.found) this.#waits.add(name);
    else if ('waits' in mark) this.#waits.add(mark.waits);
    else if ('kept' in mark) this.#kept.set(mark.kept, mark.no);
    else if ('incoming' in mark) this.#incoming.add(mark.incoming);
    else this.#incoming.delete(mark.releasing);
  }

  async check(folder: string): Promise<readonly string[]> {
    const path = join(folder, 'mqtt.db');
    const store = await open(folder, 'check');
    const faults = [
      ...quarantinesOf(path),
      ...(await this.#waiting(store)),
      ...(await this.#retained(store)),
      ...(await this.#numbers(store)),
    ];
    const after = publish('after', {
      payload: Buffer.from('0.0.'),
      retain: true,
      brokerCounter: 0,
    });
    await store.storeRetained(after);
    await store.destroy();
    return [...faults, ...checkSqliteFile(path)];
  }

  async #waiting(store: Persistence): Promise<string[]> {
    const names = await waitingIn(store);
    const there = new Set(names);
    const faults = there.size === names.length ? [] : ['something waits twice'];
    for (const name of this.#waits) if (!there.has(name)) faults.push(`${name} is lost`);
    const subscriptions = await store.subscriptionsByClient(away);
    if (this.#subscribed && subscriptions.length !== 1) faults.push('the subscription is lost');
    return faults;
  }

  async #retained(store: Persistence): Promise<string[]> {
    const there = new Map<string, number>();
    for (const packet of await store.createRetainedStream('kept/#').toArray()) {
      const [life, no] = nameOfPacket(packet).split('.').map(Number);
      there.set(packet.topic, life! * numbersPerLife + no!);
    }
    // A later one may be there that was not acknowledged.
    const old = [...this.#kept].filter(([topic, no]) => !((there.get(topic) ?? -1) >= no));
    return old.map(([topic, no]) => `${topic}: ${there.get(topic)} instead of ${no}`);
  }

  async #numbers(store: Persistence): Promise<string[]> {
    const faults: string[] = [];
    for (const messageId of this.#incoming) {
      await store.incomingGetPacket(publisher, { messageId }).catch(() => {
        faults.push(`number ${messageId} is forgotten: what it was given to may come twice`);
      });
    }
    return faults;
  }
}

async function waitingIn(store: Persistence): Promise<string[]> {
  return (await store.outgoingStream(away).toArray()).map(nameOfPacket);
}

function publish(topic: string, of: Partial<Publish>): Publish {
  const payload = of.payload ?? Buffer.alloc(0);
  return { cmd: 'publish', topic, qos: 1, retain: false, brokerId: 'rig', ...of, payload };
}

/** What a payload begins with. */
function nameOf(payload: Buffer): string {
  return payload.toString().split('.').slice(0, 2).join('.');
}

function nameOfPacket({ payload }: { readonly payload: Buffer }): string {
  return nameOf(payload);
}
