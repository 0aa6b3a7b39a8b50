/**
 * Who owns the well-known names that somebody here minds, by NameOwnerChanged. Below step 4 of a
 * message's way. A program that leaves and comes back is two owners, told in this order.
 */
import type { Logger } from '@muster/core';
import { DBusError } from './error.ts';
import type { SignalMatch } from './subscriptions.ts';
import type { DBusSignal } from './types.ts';
import type { DBusValue } from './values.ts';

export interface NameWatchPorts {
  subscribe(match: SignalMatch, run: (signal: DBusSignal) => void): Promise<() => void>;
  /** Of the bus itself, with one string. */
  callBus(member: string, arg: string): Promise<readonly DBusValue[]>;
}

interface Watched {
  owner: string | undefined;
  readonly runs: Set<(owner: string | undefined) => void>;
  /** Those that wait for the bus count too. */
  holders: number;
  /** Resolves to what ends the subscription, once the owner is known. */
  readonly ready: Promise<() => void>;
}

export class NameWatch {
  readonly #ports: NameWatchPorts;
  readonly #logger: Logger;
  readonly #watched = new Map<string, Watched>();

  constructor(ports: NameWatchPorts, logger: Logger) {
    this.#ports = ports;
    this.#logger = logger;
  }

  /** Undefined as well for names that nobody watches. */
  ownerOf(name: string): string | undefined {
    return this.#watched.get(name)?.owner;
  }

  async watch(name: string, run: (owner: string | undefined) => void): Promise<() => void> {
    const watched = this.#watched.get(name) ?? this.#begin(name);
    watched.holders += 1;
    const own = (owner: string | undefined): void => run(owner);
    try {
      const end = await watched.ready;
      this.#run(own, watched.owner);
      watched.runs.add(own);
      return () => {
        if (watched.runs.delete(own) && this.#release(name, watched)) end();
      };
    } catch (error) {
      this.#release(name, watched);
      throw error;
    }
  }

  clear(): void {
    this.#watched.clear();
  }

  #begin(name: string): Watched {
    const runs: Watched['runs'] = new Set();
    const watched: Watched = {
      ...{ owner: undefined, runs, holders: 0 },
      ready: Promise.resolve().then(() => this.#ask(name, watched)),
    };
    this.#watched.set(name, watched);
    return watched;
  }

  /** The rule stands first: between it and the answer no change can be missed. */
  async #ask(name: string, watched: Watched): Promise<() => void> {
    const from = 'org.freedesktop.DBus';
    const match = { sender: from, interface: from, member: 'NameOwnerChanged', arg0: name };
    const end = await this.#ports.subscribe(match, ({ body }) => {
      const owner = typeof body[2] === 'string' && body[2] !== '' ? body[2] : undefined;
      this.#set(watched, owner);
    });
    try {
      const [owner] = await this.#ports.callBus('GetNameOwner', name);
      this.#set(watched, typeof owner === 'string' ? owner : undefined);
      return end;
    } catch (error) {
      if (error instanceof DBusError && error.errorName?.endsWith('.NameHasNoOwner')) return end;
      end();
      throw error;
    }
  }

  #set(watched: Watched, owner: string | undefined): void {
    if (owner === watched.owner) return;
    watched.owner = owner;
    for (const run of watched.runs) this.#run(run, owner);
  }

  /** True when nobody minds any more. */
  #release(name: string, watched: Watched): boolean {
    watched.holders -= 1;
    if (watched.holders > 0) return false;
    if (this.#watched.get(name) === watched) this.#watched.delete(name);
    return true;
  }

  #run(run: (owner: string | undefined) => void, owner: string | undefined): void {
    try {
      run(owner);
    } catch (error) {
      this.#logger.error('dbus-name-handler', { error: `${error}` });
    }
  }
}
