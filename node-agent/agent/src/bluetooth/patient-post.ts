/**
 * Messages of claims by Bluetooth, for askers who wait for seconds only: finding a box on air takes
 * longer. Who asks again with the same message gets the answer of the first time. No step of a
 * message's way.
 */
import type { ClaimCallAnswer, ClaimRequest } from '@muster/adapters/transport-ble/claim';
import { bytesKey, type Clock, concat } from '@muster/core';

/** Below what any asker waits: pages, programs and proxies give up after ten seconds. */
const patienceMs = 8_000;

export interface PatientPostOptions {
  readonly clock: Clock;
  readonly post: (request: ClaimRequest) => Promise<ClaimCallAnswer>;
}

export class PatientPost {
  readonly #options: PatientPostOptions;
  /** What was asked last; its answer is kept until somebody has got it. */
  #last: { readonly key: string; readonly answer: Promise<ClaimCallAnswer> } | undefined;

  constructor(options: PatientPostOptions) {
    this.#options = options;
  }

  async ask(request: ClaimRequest): Promise<ClaimCallAnswer> {
    const { claimId, session, message } = request;
    const key = bytesKey(concat(claimId, session, message));
    if (this.#last?.key !== key) this.#last = { key, answer: this.#options.post(request) };
    const asked = this.#last;
    const answer = await this.#inTime(asked.answer);
    if (answer !== undefined && this.#last === asked) this.#last = undefined;
    return answer ?? { kind: 'later' };
  }

  #inTime(answer: Promise<ClaimCallAnswer>): Promise<ClaimCallAnswer | undefined> {
    return new Promise((resolve) => {
      const late = this.#options.clock.after(patienceMs, () => resolve(undefined));
      void answer.then((value) => {
        late.cancel();
        resolve(value);
      });
    });
  }
}
