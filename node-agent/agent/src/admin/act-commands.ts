/**
 * What an admin's act may have a node do: the node's own commands (restart, rename, reset, move),
 * and those of the control socket, except what only this machine's owner may. Each with the power
 * that it takes.
 */
import { Power } from '@muster/core';
import type { ControlCommand } from '../extension.ts';

export interface ActCommand {
  /** One bit of Power. */
  readonly power: number;
  /** Its answer holds a secret: only for the admin's own session at this node. */
  readonly isHereOnly: boolean;
  run(params: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/**
 * Claims have their own way; keys and vaults are never touched from afar; and a new uplink's
 * parameters hold its password, while everybody may read an act.
 */
const ownersOnly = /^((claim|unclaimed|vault|admin)\.|uplink\.add$)/;
const withSecrets: ReadonlySet<string> = new Set(['mqtt.client.add', 'mqtt.started']);

export class ActCommands {
  readonly #own: Readonly<Record<string, ActCommand>>;
  readonly #control: () => ReadonlyMap<string, ControlCommand>;

  constructor(
    own: Readonly<Record<string, ActCommand>>,
    control: () => ReadonlyMap<string, ControlCommand>,
  ) {
    this.#own = own;
    this.#control = control;
  }

  find(name: string): ActCommand | undefined {
    if (Object.hasOwn(this.#own, name)) return this.#own[name];
    const command = ownersOnly.test(name) ? undefined : this.#control().get(name);
    const isHereOnly = withSecrets.has(name);
    return command && { power: Power.rules, isHereOnly, run: command };
  }
}
