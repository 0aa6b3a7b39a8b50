/**
 * Our objects by their paths; a path with objects below it exists as well. Below step 4 of a
 * message's way.
 */
import { DBusError } from './error.ts';
import { dbusLimits } from './limits.ts';
import { isInterface, isObjectPath } from './names.ts';
import type { DBusExport, DBusInterface } from './types.ts';

export type Interfaces = Readonly<Record<string, DBusInterface>>;

export class ObjectTree {
  readonly #objects = new Map<string, Interfaces>();

  add(path: string, { interfaces }: DBusExport): () => void {
    if (!isObjectPath(path)) throw new DBusError('malformed', `the path "${path}"`);
    const wrong = Object.keys(interfaces).find((name) => !isInterface(name));
    if (wrong !== undefined) throw new DBusError('malformed', `the interface "${wrong}"`);
    if (this.#objects.has(path)) throw new DBusError('busy', `${path} is exported already`);
    if (this.#objects.size >= dbusLimits.objectsMax) {
      throw new DBusError('busy', `${this.#objects.size} objects are exported already`);
    }
    this.#objects.set(path, interfaces);
    return () => {
      if (this.#objects.get(path) === interfaces) this.#objects.delete(path);
    };
  }

  /** Undefined where no object is; `exists` may still hold. */
  at(path: string): Interfaces | undefined {
    return this.#objects.get(path);
  }

  exists(path: string): boolean {
    return this.#objects.has(path) || this.below(path).length > 0;
  }

  below(path: string): (readonly [string, Interfaces])[] {
    const prefix = path === '/' ? path : `${path}/`;
    return [...this.#objects].filter(([each]) => each !== path && each.startsWith(prefix));
  }

  /** The next elements of the paths below. */
  childrenOf(path: string): ReadonlySet<string> {
    const start = path === '/' ? 1 : path.length + 1;
    return new Set(this.below(path).map(([each]) => each.slice(start).split('/', 1)[0]!));
  }
}
