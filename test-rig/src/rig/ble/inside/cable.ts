/**
 * The networks: a LAN between b, in the machine's own network, and c in another, which is two
 * cables and a switch; and one for d, where nobody else is.
 */
import { execFileSync } from 'node:child_process';

const switchboard = 'switch';

export class Cable {
  static readonly subnet = '10.79.0';
  /** Of c. */
  static readonly namespace = 'c';
  /** Of d. */
  static readonly alone = 'd';
  #isMade = false;

  /** Not plugged in yet. */
  make(): void {
    if (this.#isMade) return;
    this.#isMade = true;
    for (const namespace of [switchboard, Cable.namespace, Cable.alone]) {
      ip('netns', 'add', namespace);
      ip('-n', namespace, 'link', 'set', 'dev', 'lo', 'up');
    }
    ip('-n', switchboard, 'link', 'add', 'lan', 'type', 'bridge');
    ip('-n', switchboard, 'link', 'set', 'dev', 'lan', 'up');
    this.#plug('b', [], 1);
    this.#plug('c', ['-n', Cable.namespace], 2);
    ip('-n', switchboard, 'link', 'set', 'dev', 'b', 'up');
  }

  /** Pulled out as people do: no goodbye, and both ends still have their addresses. */
  set(isPluggedIn: boolean): void {
    ip('-n', switchboard, 'link', 'set', 'dev', 'c', isPluggedIn ? 'up' : 'down');
  }

  #plug(port: string, within: readonly string[], host: number): void {
    const end = ['eth0', ...(within[1] === undefined ? [] : ['netns', within[1]])];
    ip('link', 'add', 'name', port, 'netns', switchboard, 'type', 'veth', 'peer', 'name', ...end);
    ip('-n', switchboard, 'link', 'set', 'dev', port, 'master', 'lan');
    ip(...within, 'address', 'add', `${Cable.subnet}.${host}/24`, 'dev', 'eth0');
    ip(...within, 'link', 'set', 'dev', 'eth0', 'up');
  }
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
