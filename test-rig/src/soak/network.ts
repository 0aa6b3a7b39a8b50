/**
 * The soak's network: every agent has a cable to the mesh's switch, which can be pulled, and the
 * switch can fall into two; and one to an access point that keeps its clients apart, over which
 * people reach each agent whatever happens to the mesh. No default route. Needs root and iproute2.
 */
import { execFileSync } from 'node:child_process';

const meshSubnet = '10.80.0';
const accessSubnet = '10.81.0';
const peopleHost = 250;

export class SoakNetwork {
  readonly #agents: number;
  readonly #prefix = `mk${process.pid}`;

  constructor(agents: number) {
    this.#agents = agents;
  }

  get people(): string {
    return `${this.#prefix}people`;
  }

  agent(number: number): string {
    return `${this.#prefix}a${number}`;
  }

  url(number: number): string {
    return `http://${this.accessAddress(number)}:8080`;
  }

  /** Where people reach an agent. */
  accessAddress(number: number): string {
    return `${accessSubnet}.${number + 1}`;
  }

  make(): void {
    ip('netns', 'add', this.#switch);
    for (const bridge of ['mesh', 'mesh2', 'access']) {
      ip('-n', this.#switch, 'link', 'add', bridge, 'type', 'bridge');
      ip('-n', this.#switch, 'link', 'set', 'dev', bridge, 'up');
    }
    for (let number = 0; number < this.#agents; number++) {
      const namespace = this.agent(number);
      this.#addPlace(namespace);
      this.#cable(namespace, { device: 'eth0', port: `m${number}`, bridge: 'mesh' });
      this.#address(namespace, 'eth0', `${meshSubnet}.${number + 1}/24`);
      this.#cable(namespace, { device: 'wlan0', port: `c${number}`, bridge: 'access' });
      this.#address(namespace, 'wlan0', `${this.accessAddress(number)}/24`);
      const port = ['link', 'set', 'dev', `c${number}`, 'type', 'bridge_slave', 'isolated', 'on'];
      ip('-n', this.#switch, ...port);
    }
    this.#addPlace(this.people);
    this.#cable(this.people, { device: 'wlan0', port: 'cp', bridge: 'access' });
    this.#address(this.people, 'wlan0', `${accessSubnet}.${peopleHost}/24`);
  }

  /** The mesh cable of an agent: down as when somebody pulls it. */
  setCable(number: number, isUp: boolean): void {
    ip('-n', this.#switch, 'link', 'set', 'dev', `m${number}`, isUp ? 'up' : 'down');
  }

  /** These agents are on one side, all others on the other; no cable goes down. Empty: whole. */
  split(apart: readonly number[]): void {
    for (let number = 0; number < this.#agents; number++) {
      const bridge = apart.includes(number) ? 'mesh2' : 'mesh';
      ip('-n', this.#switch, 'link', 'set', 'dev', `m${number}`, 'master', bridge);
    }
  }

  remove(): void {
    const agents = Array.from({ length: this.#agents }, (_, number) => this.agent(number));
    for (const namespace of [...agents, this.people, this.#switch]) {
      try {
        ip('netns', 'delete', namespace);
      } catch {
        // It was not made: make() failed before it.
      }
    }
  }

  get #switch(): string {
    return `${this.#prefix}sw`;
  }

  #addPlace(namespace: string): void {
    ip('netns', 'add', namespace);
    ip('-n', namespace, 'link', 'set', 'dev', 'lo', 'up');
  }

  #cable(
    namespace: string,
    at: { readonly device: string; readonly port: string; readonly bridge: string },
  ): void {
    const { device, port, bridge } = at;
    const ends = [device, 'netns', namespace, 'type', 'veth', 'peer', 'name', port];
    ip('link', 'add', ...ends, 'netns', this.#switch);
    ip('-n', this.#switch, 'link', 'set', 'dev', port, 'master', bridge);
    ip('-n', this.#switch, 'link', 'set', 'dev', port, 'up');
  }

  #address(namespace: string, device: string, address: string): void {
    ip('-n', namespace, 'address', 'add', address, 'dev', device);
    ip('-n', namespace, 'link', 'set', 'dev', device, 'up');
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
