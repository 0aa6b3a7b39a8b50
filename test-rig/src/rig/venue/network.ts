/**
 * The venue's network, made of namespaces and virtual cables: boxes a1, a2, a3 in a line, so that
 * a1 and a3 never meet; every box an access point with the same address; phones p1 to p3, one at
 * each, and an MQTT device m1 at a3. Outside it a relay r1, to which a3 and the box b1 of another
 * site (with phone p4) each have an uplink. No default route anywhere. Needs root and iproute2;
 * removes all that it made.
 */
import { execFileSync } from 'node:child_process';

export const boxes = ['a1', 'a2', 'a3'] as const;
export const phones = ['p1', 'p2', 'p3'] as const;
/** Beside the venue: the other site's box, the relay, a phone at the former, a device at a3. */
const others = ['b1', 'r1', 'p4', 'm1'] as const;
export type BoxName = (typeof boxes)[number] | 'b1' | 'r1';
export type PhoneName = (typeof phones)[number] | 'p4' | 'm1';
/** A gateway that has an uplink to the relay. */
export type UplinkName = 'a3' | 'b1';

/**
 * Where every phone finds the box that it is at, as on real boxes: each is its own access point.
 */
export const accessPoint = '10.77.9.1';

export class VenueNetwork {
  readonly #prefix = `mv${process.pid}`;

  /** Addresses of the relay, as each uplink sees it. */
  static readonly relayHosts: Readonly<Record<UplinkName, string>> = {
    a3: '10.77.3.2',
    b1: '10.77.4.2',
  };

  /** Name of the namespace of a box or phone. */
  namespace(name: BoxName | PhoneName): string {
    return `${this.#prefix}${name}`;
  }

  make(): void {
    for (const name of [...boxes, ...phones, ...others]) {
      ip('netns', 'add', this.namespace(name));
      this.#in(name, 'link', 'set', 'lo', 'up');
    }
    for (const box of [...boxes, 'b1'] as const) this.#makeAccessPoint(box);
    phones.forEach((phone, i) => {
      this.#joinAccessPoint(phone, boxes[i]!, 10 + i);
    });
    this.#joinAccessPoint('p4', 'b1', 14);
    this.#joinAccessPoint('m1', 'a3', 15);
    this.#meshCable(['a3', 'wan'], ['r1', 'wan-a'], '10.77.3');
    this.#meshCable(['b1', 'wan'], ['r1', 'wan-b'], '10.77.4');
    this.#meshCable(['a1', 'lan'], ['a2', 'lan1'], '10.77.1');
    this.#meshCable(['a2', 'lan2'], ['a3', 'lan'], '10.77.2');
  }

  /** The cable between a2 and a3: down is a link cut without any goodbye. */
  setCable(up: boolean): void {
    this.#in('a2', 'link', 'set', 'lan2', up ? 'up' : 'down');
  }

  /** The way out of a gateway: down as when the modem loses its line. */
  setUplink(gateway: UplinkName, up: boolean): void {
    this.#in(gateway, 'link', 'set', 'wan', up ? 'up' : 'down');
  }

  unplug(phone: PhoneName): void {
    this.#in(phone, 'link', 'set', 'wlan0', 'down');
  }

  /** The phone joins the access point of another box. */
  move(phone: PhoneName, from: BoxName, to: BoxName): void {
    this.#in(from, 'link', 'set', `ap-${phone}`, 'netns', this.namespace(to));
    this.#plug(phone, to);
    this.#in(phone, 'link', 'set', 'wlan0', 'up');
    this.#in(phone, 'neighbour', 'flush', 'all');
  }

  remove(): void {
    for (const name of [...boxes, ...phones, ...others]) {
      try {
        ip('netns', 'delete', this.namespace(name));
      } catch {
        // It was not made: make() failed before it.
      }
    }
  }

  #makeAccessPoint(box: BoxName): void {
    this.#in(box, 'link', 'add', 'ap', 'type', 'bridge');
    this.#in(box, 'address', 'add', `${accessPoint}/24`, 'dev', 'ap');
    this.#in(box, 'link', 'set', 'ap', 'up');
  }

  #joinAccessPoint(phone: PhoneName, box: BoxName, host: number): void {
    this.#cable([phone, 'wlan0'], [box, `ap-${phone}`]);
    this.#in(phone, 'address', 'add', `10.77.9.${host}/24`, 'dev', 'wlan0');
    this.#in(phone, 'link', 'set', 'wlan0', 'up');
    this.#plug(phone, box);
  }

  #plug(phone: PhoneName, box: BoxName): void {
    this.#in(box, 'link', 'set', `ap-${phone}`, 'master', 'ap');
    this.#in(box, 'link', 'set', `ap-${phone}`, 'up');
  }

  #meshCable(a: [BoxName, string], b: [BoxName, string], subnet: string): void {
    this.#cable(a, b);
    [a, b].forEach(([box, device], i) => {
      this.#in(box, 'address', 'add', `${subnet}.${i + 1}/24`, 'dev', device);
      this.#in(box, 'link', 'set', device, 'up');
    });
  }

  #cable(a: [BoxName | PhoneName, string], b: [BoxName | PhoneName, string]): void {
    const ends = [a, b].map(([name, device]) => [device, 'netns', this.namespace(name)]);
    ip('link', 'add', ...ends[0]!, 'type', 'veth', 'peer', 'name', ...ends[1]!);
  }

  #in(name: BoxName | PhoneName, ...args: string[]): void {
    ip('-n', this.namespace(name), ...args);
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
