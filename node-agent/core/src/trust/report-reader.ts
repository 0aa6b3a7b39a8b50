/**
 * Reads members out of the JSON that a node wrote of itself. A member that is not right makes the
 * whole wrong; the reader says so at the end and never throws. What it gives back holds nothing but
 * what was asked for, so that no admin's page is handed anything else.
 */
type Json = Readonly<Record<string, unknown>>;

export class ReportReader {
  readonly #members: Json;
  /** Shared by the readers of all parts of one report. */
  readonly #verdict: { isRight: boolean };

  private constructor(members: Json, verdict: { isRight: boolean }) {
    this.#members = members;
    this.#verdict = verdict;
  }

  /** Undefined for a text that is no JSON object. */
  static of(text: string | undefined): ReportReader | undefined {
    try {
      const value: unknown = text === undefined ? undefined : JSON.parse(text);
      return isObject(value) ? new ReportReader(value, { isRight: true }) : undefined;
    } catch {
      return undefined;
    }
  }

  get isRight(): boolean {
    return this.#verdict.isRight;
  }

  /** Without control characters, well-formed. */
  text(name: string, charsMax = 300): string {
    const value = this.#get(name);
    return isText(value, charsMax) ? value : this.#wrong('');
  }

  texts(name: string, itemsMax: number, charsMax: number): string[] {
    const value = this.#get(name);
    const isRight = Array.isArray(value) && value.length <= itemsMax;
    if (!isRight || !value.every((item) => isText(item, charsMax))) return this.#wrong([]);
    return value;
  }

  /** A whole number from 0. */
  count(name: string, max = Number.MAX_SAFE_INTEGER): number {
    const value = this.number(name, 0, max);
    return Number.isInteger(value) ? value : this.#wrong(0);
  }

  number(name: string, min: number, max: number): number {
    const value = this.#get(name);
    const isRight = typeof value === 'number' && value >= min && value <= max;
    return isRight ? value : this.#wrong(0);
  }

  flag(name: string): boolean {
    const value = this.#get(name);
    return typeof value === 'boolean' ? value : this.#wrong(false);
  }

  /** What is only ever said when it is so. */
  mark(name: string): true {
    return this.flag(name) || this.#wrong<true>(true);
  }

  oneOf<T extends string>(name: string, words: readonly [T, ...T[]]): T {
    const value = this.#get(name);
    return words.find((word) => word === value) ?? this.#wrong(words[0]);
  }

  object<T>(name: string, read: (json: ReportReader) => T): T {
    const value = this.#get(name);
    return read(this.#part(isObject(value) ? value : this.#wrong({})));
  }

  list<T>(name: string, itemsMax: number, read: (json: ReportReader) => T): T[] {
    const value = this.#get(name);
    if (!Array.isArray(value) || value.length > itemsMax) return this.#wrong([]);
    return value.map((item) => read(this.#part(isObject(item) ? item : this.#wrong({}))));
  }

  /** A member that may be absent, to be spread into what is made. */
  optional<K extends string, T>(name: K, read: () => T): { [P in K]?: T } {
    return this.#get(name) === undefined ? {} : ({ [name]: read() } as { [P in K]?: T });
  }

  #part(members: Json): ReportReader {
    return new ReportReader(members, this.#verdict);
  }

  #get(name: string): unknown {
    return Object.hasOwn(this.#members, name) ? this.#members[name] : undefined;
  }

  #wrong<T>(instead: T): T {
    this.#verdict.isRight = false;
    return instead;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, charsMax: number): value is string {
  if (typeof value !== 'string' || value.length > charsMax || !value.isWellFormed()) return false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 32 || code === 127) return false;
  }
  return true;
}
