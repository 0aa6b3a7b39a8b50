/**
 * One setting of the configuration: where it stands, what it may be, what it is unless given. The
 * schema is a table of these, from which the file, the MUSTER_* overrides, the errors and the
 * printed template all follow. Never reads anything itself.
 */

/** What is wrong with a value, as the end of a sentence ("must be ..."); undefined when right. */
export type Fault = string | undefined;

export interface Setting<T> {
  /** Place in the file, such as `http.port`. */
  readonly path: string;
  readonly fallback: T;
  /** One line for the template and the documentation. */
  readonly about: string;
  readonly kind: 'text' | 'integer' | 'flag' | 'list';
  /** Judges a value of any type. */
  fault(value: unknown): Fault;
}

interface TextOptions<T extends string> {
  readonly fallback: T;
  readonly about: string;
  readonly lengthMax?: number;
  /** Empty text is allowed only when it is the fallback. */
  readonly oneOf?: readonly T[];
}

export function text<T extends string = string>(path: string, options: TextOptions<T>): Setting<T> {
  const { fallback, about, oneOf, lengthMax = 256 } = options;
  const fault = (value: unknown): Fault => {
    if (typeof value !== 'string') return 'must be text in quotes';
    if (oneOf && !oneOf.includes(value as T)) return `must be one of ${oneOf.join(', ')}`;
    if (value === '' && fallback !== '') return 'must not be empty';
    if (hasControlCharacter(value)) return 'must not hold control characters';
    return Buffer.byteLength(value) > lengthMax ? `must be at most ${lengthMax} bytes` : undefined;
  };
  return { path, fallback, about, kind: 'text', fault };
}

interface IntegerOptions {
  readonly fallback: number;
  readonly about: string;
  readonly min: number;
  readonly max: number;
}

export function integer(path: string, options: IntegerOptions): Setting<number> {
  const { fallback, about, min, max } = options;
  const fault = (value: unknown): Fault => {
    const right = Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
    return right ? undefined : `must be a whole number from ${min} to ${max}`;
  };
  return { path, fallback, about, kind: 'integer', fault };
}

export function flag(
  path: string,
  options: { fallback: boolean; about: string },
): Setting<boolean> {
  const fault = (value: unknown): Fault =>
    typeof value === 'boolean' ? undefined : 'must be true or false';
  return { path, ...options, kind: 'flag', fault };
}

interface ListOptions {
  readonly fallback: readonly string[];
  readonly about: string;
  readonly itemsMax: number;
  /** Judges one item; the answer follows "item n". */
  item(value: string): Fault;
}

export function list(path: string, options: ListOptions): Setting<readonly string[]> {
  const { fallback, about, itemsMax, item } = options;
  const fault = (value: unknown): Fault => {
    if (!Array.isArray(value)) return 'must be a list in [ ]';
    if (value.length > itemsMax) return `must have at most ${itemsMax} items`;
    for (const [index, entry] of value.entries()) {
      const wrong = typeof entry === 'string' ? item(entry) : 'must be text in quotes';
      if (wrong) return `has item ${index + 1}, which ${wrong}`;
    }
    return new Set(value).size < value.length ? 'must not name anything twice' : undefined;
  };
  return { path, fallback, about, kind: 'list', fault };
}

function hasControlCharacter(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 32 || code === 127) return true;
  }
  return false;
}
