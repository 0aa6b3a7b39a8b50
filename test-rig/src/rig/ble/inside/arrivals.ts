/** The texts that somebody was shown, and when; waits for one, with a limit. */
export class Arrivals {
  readonly #shownMs = new Map<string, number>();
  readonly #waiting = new Set<() => void>();

  add(text: string, atMs = Date.now()): void {
    if (!this.#shownMs.has(text)) this.#shownMs.set(text, atMs);
    for (const look of [...this.#waiting]) look();
  }

  /** Unix milliseconds; undefined while it has not come. */
  shownMs(text: string): number | undefined {
    return this.#shownMs.get(text);
  }

  count(isMeant: (text: string) => boolean): number {
    return [...this.#shownMs.keys()].filter(isMeant).length;
  }

  /** When it was shown (unix milliseconds). */
  async of(text: string, waitMsMax: number): Promise<number> {
    await this.#until(`"${text}" arrives`, () => this.#shownMs.has(text), waitMsMax);
    return this.#shownMs.get(text)!;
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
    const times = [...this.#shownMs].filter(([text]) => isMeant(text)).map(([, atMs]) => atMs);
    return Math.max(...times);
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
