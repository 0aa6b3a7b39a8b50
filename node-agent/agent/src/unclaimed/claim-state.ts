/**
 * What a blank node says of itself and of the claim that is under way: one state for its page, the
 * console, the command line and the log. Readers are told of each change. Holds no secret but the
 * label's, which is printed on the box.
 */
import type { Clock, ProvisionChange } from '@muster/core';
import { claimHttpLimits } from '../claim/limits.ts';

/**
 * `waiting`: for the label to be scanned or an invite to come. `claiming`: an invite is being tried
 * (a `fault` beside it: no luck yet). `comparing`: both ends show the code, the admin looks.
 * `offered`: the papers came, a person here says yes or no. `failed`: it came to nothing; as
 * `waiting`. `claimed`: on disk; the node goes on as a member at once.
 */
export const phases = ['waiting', 'claiming', 'comparing', 'offered', 'failed', 'claimed'] as const;
export type BlankPhase = (typeof phases)[number];

export interface ClaimProgress {
  readonly phase: BlankPhase;
  /** Six digits, such as `123 456`. */
  readonly comparison?: string;
  /** Of the site that claims, once it has proven itself. */
  readonly siteName?: string;
  readonly preview?: readonly ProvisionChange[];
  readonly fault?: { readonly code: string; readonly message: string; readonly mend: string };
  /** Who used the code before, in words. */
  readonly claimants?: readonly string[];
}

export interface BoxLabel {
  readonly name: string;
  readonly version: string;
  /** Text of the label's code. */
  readonly code: string;
  readonly shortCode: string;
  /** SVG. */
  readonly qr: string;
}

export interface ClaimView extends ClaimProgress, BoxLabel {
  readonly unclaimed: true;
  /** Grows with each change. */
  readonly revision: number;
}

export class ClaimState {
  readonly #listeners = new Set<(view: ClaimView) => void>();
  #view: ClaimView;

  constructor(label: BoxLabel) {
    this.#view = { unclaimed: true, revision: 1, ...label, phase: 'waiting' };
  }

  get view(): ClaimView {
    return this.#view;
  }

  /** The label's code when the box has other addresses now. */
  relabel(label: Pick<BoxLabel, 'code' | 'qr'>): void {
    this.#tell({ ...this.#view, ...label });
  }

  /** Replaces all that was said of the claim; nothing follows `claimed`. */
  progress(progress: ClaimProgress): void {
    if (this.#view.phase === 'claimed') return;
    const { unclaimed, revision, name, version, code, shortCode, qr } = this.#view;
    this.#tell({ ...{ unclaimed, revision, name, version, code, shortCode, qr }, ...progress });
  }

  /** Told of each change until the returned function is called; not of the state as it is. */
  onChange(listener: (view: ClaimView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The state once it is newer than `since`, or as it is when that takes too long. */
  next(since: number, clock: Clock): Promise<ClaimView> {
    if (this.#view.revision > since) return Promise.resolve(this.#view);
    return new Promise((resolve) => {
      const done = (): void => {
        late.cancel();
        end();
        resolve(this.#view);
      };
      const late = clock.after(claimHttpLimits.nextMsMax, done);
      const end = this.onChange(done);
    });
  }

  #tell(view: ClaimView): void {
    this.#view = { ...view, revision: this.#view.revision + 1 };
    for (const listener of [...this.#listeners]) listener(this.#view);
  }
}
