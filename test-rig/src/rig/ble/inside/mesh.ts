/**
 * The boxes of the rig. a and c never hear each other. No two of them have a network in common,
 * until the cable between b and c is plugged in. Only the machine's own network has Bluetooth
 * sockets, so c, which lives in another one for the cable's sake, and d have no L2CAP channels:
 * their links stay on GATT.
 */
import { until } from '../../report.ts';
import { Person, type Urgency } from '../person/person.ts';
import { Arrivals, type Shown } from './arrivals.ts';
import type { Bluetooth } from './bluetooth.ts';
import { Box, type BoxSettings } from './box.ts';
import { Cable } from './cable.ts';
import { DistantReader } from './distant-reader.ts';
import type { BlePlan, BoxName } from './event.ts';

const lonely = { listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false };
const onCable = (host: number): BoxSettings['mesh'] => {
  return { listen: [`/ip4/${Cable.subnet}.${host}/tcp/7310`], mdns: true };
};

const settings: Readonly<Record<BoxName, BoxSettings>> = {
  a: { name: 'a', port: 8081, adapters: ['hci0'], mesh: lonely },
  b: { name: 'b', port: 8082, adapters: ['hci1', 'hci2', 'hci4'], mesh: onCable(1) },
  c: { name: 'c', port: 8083, adapters: ['hci3'], mesh: onCable(2), namespace: Cable.namespace },
  d: { name: 'd', port: 8085, adapters: ['hci5'], mesh: lonely, namespace: Cable.alone },
  stranger: { name: 'stranger', port: 8084, adapters: ['hci5'], mesh: lonely },
};
const linkPatience = { waitMsMax: 45_000, everyMs: 50 };

export class Mesh {
  readonly plan: BlePlan;
  readonly bluetooth: Bluetooth;
  readonly cable: Cable;
  readonly #boxes = new Map<BoxName, Box>();
  readonly #people = new Map<BoxName, Person>();
  readonly #arrivals = new Map<BoxName, Arrivals>();
  readonly #stoppedMs = new Map<BoxName, number>();
  #reader: DistantReader | undefined;

  /** On the ground of another one, which was stopped. */
  constructor(plan: BlePlan, { bluetooth, cable }: Pick<Mesh, 'bluetooth' | 'cable'>) {
    this.plan = plan;
    this.bluetooth = bluetooth;
    this.cable = cable;
  }

  /** Starts those that do not run yet, together. */
  async start(...names: readonly BoxName[]): Promise<void> {
    const missing = names.filter((name) => !this.#boxes.has(name));
    this.cable.make();
    const boxes = missing.map((name) => new Box(this.plan, settings[name]));
    for (const box of boxes) this.#boxes.set(box.settings.name, box);
    await Promise.all(boxes.map((box) => box.start()));
  }

  async stop(...names: readonly BoxName[]): Promise<void> {
    for (const name of names) {
      this.#people.get(name)?.leave();
      this.#people.delete(name);
      await this.#boxes.get(name)?.end('SIGTERM');
      this.#boxes.delete(name);
      this.#stoppedMs.set(name, Date.now());
    }
  }

  /** When it was stopped last (unix milliseconds). */
  stoppedMs(name: BoxName): number {
    return this.#stoppedMs.get(name)!;
  }

  /** Whatever state they are in. */
  async killAll(): Promise<void> {
    await this.#reader?.end();
    for (const person of this.#people.values()) person.leave();
    for (const box of this.#boxes.values()) await box.end('SIGKILL');
  }

  box(name: BoxName): Box {
    return this.#boxes.get(name)!;
  }

  /** What is shown to somebody at the box, from now on and from before. */
  async read(name: BoxName): Promise<Arrivals> {
    const known = this.#arrivals.get(name);
    if (known) return known;
    const arrivals = new Arrivals();
    this.#arrivals.set(name, arrivals);
    const staff = this.plan.staff[name]!;
    const { url } = this.box(name);
    const { namespace } = settings[name];
    if (namespace !== undefined) {
      this.#reader = new DistantReader({ namespace, node: this.plan.node, url, staff, arrivals });
      await this.#reader.opened;
    } else {
      const onShown = (shown: Shown): void => arrivals.add(shown);
      this.#people.set(name, await Person.at({ url, staff, onShown }));
    }
    return arrivals;
  }

  /** Somebody at the box, who reads too, writes; resolves once it is held. */
  async write(name: BoxName, text: string, urgency?: Urgency): Promise<void> {
    await this.read(name);
    await this.#people.get(name)!.write(text, urgency);
  }

  /** Milliseconds until the text is shown at the other box. */
  async carried(from: BoxName, to: BoxName, text: string, waitMsMax: number): Promise<number> {
    const arrivals = await this.read(to);
    const beginMs = Date.now();
    await this.write(from, text, 'urgent');
    return (await arrivals.of(text, waitMsMax)) - beginMs;
  }

  /** Waits until it has a working link with the other, of this medium. */
  async linked(name: BoxName, other: BoxName, costClass = 'radio'): Promise<void> {
    const holds = async (): Promise<boolean> => {
      const links = await this.box(name).links();
      return links.some((link) => link.name === other && link.costClass === costClass);
    };
    await until(`${name} has a link with ${other} (${costClass})`, holds, linkPatience);
  }

  async isLinked(name: BoxName, other: BoxName): Promise<boolean> {
    return (await this.box(name).links()).some((link) => link.name === other);
  }
}
