/**
 * Who here wants which signals (D-Bus Specification, "Match Rules"). Below step 4 of a message's
 * way. Each rule is told to the bus once, however many want it, and taken back with the last.
 */
import type { Logger } from '@muster/core';
import { DBusError } from './error.ts';
import { dbusLimits } from './limits.ts';
import { isBusName, isInterface, isMember, isObjectPath } from './names.ts';
import type { DBusMatch, DBusSignal } from './types.ts';

export interface SignalMatch extends DBusMatch {
  /** The first value of the body, a string. */
  readonly arg0?: string;
}

/** `AddMatch` and `RemoveMatch` at the bus. */
export type ToldRule = (member: 'AddMatch' | 'RemoveMatch', rule: string) => Promise<unknown>;

interface Rule {
  readonly match: SignalMatch;
  readonly runs: Set<(signal: DBusSignal) => void>;
  /** Those that wait for the bus count too. */
  holders: number;
  readonly told: Promise<unknown>;
}

export class Subscriptions {
  readonly #tell: ToldRule;
  readonly #ownerOf: (name: string) => string | undefined;
  readonly #logger: Logger;
  readonly #rules = new Map<string, Rule>();

  /** `ownerOf`: the unique name behind a well-known one. */
  constructor(tell: ToldRule, ownerOf: (name: string) => string | undefined, logger: Logger) {
    this.#tell = tell;
    this.#ownerOf = ownerOf;
    this.#logger = logger;
  }

  async add(match: SignalMatch, run: (signal: DBusSignal) => void): Promise<() => void> {
    const text = ruleText(match);
    const rule = this.#rules.get(text) ?? this.#begin(text, match);
    rule.holders += 1;
    // Its own function, so that the same `run` given twice is two subscriptions.
    const own = (signal: DBusSignal): void => run(signal);
    try {
      await rule.told;
    } catch (error) {
      this.#release(text, rule);
      throw error;
    }
    rule.runs.add(own);
    return () => {
      if (rule.runs.delete(own)) this.#release(text, rule);
    };
  }

  onSignal(signal: DBusSignal): void {
    for (const { match, runs } of this.#rules.values()) {
      if (!this.#isMatch(match, signal)) continue;
      for (const run of runs) this.#run(run, signal);
    }
  }

  /** The bus is gone, and all rules with it. */
  clear(): void {
    this.#rules.clear();
  }

  #begin(text: string, match: SignalMatch): Rule {
    if (this.#rules.size >= dbusLimits.rulesMax) {
      throw new DBusError('busy', `${this.#rules.size} match rules already`);
    }
    const rule = { match, runs: new Set<never>(), holders: 0, told: this.#tell('AddMatch', text) };
    this.#rules.set(text, rule);
    return rule;
  }

  #release(text: string, rule: Rule): void {
    rule.holders -= 1;
    if (rule.holders > 0 || this.#rules.get(text) !== rule) return;
    this.#rules.delete(text);
    // Also of what may have failed: signals that nobody wants would come for ever.
    this.#tell('RemoveMatch', text).catch(() => {});
  }

  #run(run: (signal: DBusSignal) => void, signal: DBusSignal): void {
    try {
      run(signal);
    } catch (error) {
      const { interface: name, member } = signal;
      this.#logger.error('dbus-signal-handler', { signal: `${name}.${member}`, error: `${error}` });
    }
  }

  #isMatch(match: SignalMatch, signal: DBusSignal): boolean {
    const { interface: name, member, path, pathNamespace, arg0, sender } = match;
    if (member !== undefined && member !== signal.member) return false;
    if (name !== undefined && name !== signal.interface) return false;
    if (path !== undefined && path !== signal.path) return false;
    if (arg0 !== undefined && arg0 !== signal.body[0]) return false;
    if (pathNamespace !== undefined && !isWithin(signal.path, pathNamespace)) return false;
    if (sender === undefined || sender === signal.sender) return true;
    return isWellKnown(sender) && this.#ownerOf(sender) === signal.sender;
  }
}

/** Whether signals of this name come under another, that of its owner. */
export function isWellKnown(name: string): boolean {
  return !name.startsWith(':') && name !== 'org.freedesktop.DBus';
}

/** Whether a path is another one or below it. */
export function isWithin(path: string, namespace: string): boolean {
  if (namespace === '/' || path === namespace) return true;
  return path.startsWith(namespace) && path[namespace.length] === '/';
}

const forms: readonly [keyof SignalMatch, string, (text: string) => boolean][] = [
  ['sender', 'sender', isBusName],
  ['interface', 'interface', isInterface],
  ['member', 'member', isMember],
  ['path', 'path', isObjectPath],
  ['pathNamespace', 'path_namespace', isObjectPath],
  ['arg0', 'arg0', isBusName],
];

/** Every value is a name, so nothing needs to be quoted. */
function ruleText(match: SignalMatch): string {
  const parts = ["type='signal'"];
  for (const [key, word, isValid] of forms) {
    const value = match[key];
    if (value === undefined) continue;
    if (!isValid(value)) throw new DBusError('malformed', `${key} "${value}"`);
    parts.push(`${word}='${value}'`);
  }
  return parts.join(',');
}
