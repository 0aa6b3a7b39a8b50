/**
 * One LAN of namespaces behind a switch, without a default route: every place has an address and
 * hears the others' multicast. Needs root and iproute2; removes all that it made.
 */
import { execFileSync } from 'node:child_process';

const subnet = '10.78.0';
/** Further addresses of a place lie in ranges of their own, so that a crowd has one a phone. */
const crowdSubnet = '10.78.64';

export class LanNetwork {
  readonly #places: readonly string[];
  readonly #prefix = `ml${process.pid}`;

  /** Names of up to 9 letters each, in the order of their addresses. */
  constructor(places: readonly string[]) {
    this.#places = places;
  }

  namespace(place: string): string {
    return `${this.#prefix}${place}`;
  }

  /** IPv4 address of a place. */
  address(place: string): string {
    return `${subnet}.${this.#places.indexOf(place) + 1}`;
  }

  make(): void {
    const switchboard = this.namespace('sw');
    ip('netns', 'add', switchboard);
    ip('-n', switchboard, 'link', 'add', 'lan', 'type', 'bridge');
    ip('-n', switchboard, 'link', 'set', 'lan', 'up');
    for (const place of this.#places) {
      const namespace = this.namespace(place);
      ip('netns', 'add', namespace);
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
      const ends = [
        ['eth0', 'netns', namespace],
        [place, 'netns', switchboard],
      ];
      ip('link', 'add', ...ends[0]!, 'type', 'veth', 'peer', 'name', ...ends[1]!);
      ip('-n', namespace, 'address', 'add', `${this.address(place)}/16`, 'dev', 'eth0');
      ip('-n', namespace, 'link', 'set', 'eth0', 'up');
      ip('-n', switchboard, 'link', 'set', 'dev', place, 'master', 'lan');
      ip('-n', switchboard, 'link', 'set', 'dev', place, 'up');
    }
  }

  /** Gives a place `count` (at most 200) further addresses, as of so many phones; returns them. */
  addAddresses(place: string, count: number): string[] {
    const added = Array.from({ length: count }, (_, i) => `${crowdSubnet}.${i + 1}`);
    for (const address of added) {
      ip('-n', this.namespace(place), 'address', 'add', `${address}/16`, 'dev', 'eth0');
    }
    return added;
  }

  /** Down as when somebody pulls the cable: no goodbye. */
  setCable(place: string, up: boolean): void {
    ip('-n', this.namespace('sw'), 'link', 'set', 'dev', place, up ? 'up' : 'down');
  }

  remove(): void {
    for (const place of [...this.#places, 'sw']) {
      try {
        ip('netns', 'delete', this.namespace(place));
      } catch {
        // It was not made: make() failed before it.
      }
    }
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
