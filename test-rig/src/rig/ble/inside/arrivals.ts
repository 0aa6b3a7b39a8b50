/** A message as somebody was shown it. */
export interface Shown {
  /** Of its bundle, so that equal texts are two messages. */
  readonly id: string;
  readonly text: string;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** What somebody was shown, and when; waits for one message or many, with a limit. */
export class Arrivals {
  readonly #shown = new Map<string, Shown>();
  /** When each text first came. */
  readonly #textMs = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  /** Messages that were shown more than once. */
  doubles = 0;

  add(shown: Shown): void {
    if (this.#shown.has(shown.id)) this.doubles++;
    this.#shown.set(shown.id, shown);
    if (!this.#textMs.has(shown.text)) this.#textMs.set(shown.text, shown.atMs);
    for (const look of [...this.#waiting]) look();
  }

  count(isMeant: (text: string) => boolean): number {
    return this.#meant(isMeant).length;
  }

  /** When it was shown (unix milliseconds). */
  async of(text: string, waitMsMax: number): Promise<number> {
    await this.#until(`"${text}" arrives`, () => this.#textMs.has(text), waitMsMax);
    return this.#textMs.get(text)!;
  }

  /** When the last of so many was shown (unix milliseconds). */
  async many(
    count: number,
    isMeant: (text: string) => boolean,
    waitMsMax: number,
  ): Promise<number> {
    // Counting anew at each text would take longer than the texts.
    let missing = 0;
    const have = (): boolean => {
      if (missing-- > 1) return false;
      missing = count - this.count(isMeant);
      return missing <= 0;
    };
    await this.#until(`${count} texts arrive`, have, waitMsMax).catch((error: Error) => {
      throw new Error(`${error.message}; ${this.count(isMeant)} did`);
    });
    return Math.max(...this.#meant(isMeant).map(({ atMs }) => atMs));
  }

  #meant(isMeant: (text: string) => boolean): readonly Shown[] {
    return [...this.#shown.values()].filter(({ text }) => isMeant(text));
  }

  #until(what: string, holds: () => boolean, waitMsMax: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(late);
        this.#waiting.delete(look);
      };
      const look = (): void => {
        if (!holds()) return;
        end();
        resolve();
      };
      const late = setTimeout(() => {
        end();
        reject(new Error(`not within ${waitMsMax / 1000} s: ${what}`));
      }, waitMsMax);
      this.#waiting.add(look);
      look();
    });
  }
}
