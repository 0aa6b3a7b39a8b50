/**
 * Reads the tags that are heard, each again and again and most of them perhaps not ours. Verdicts
 * are remembered, and how many new ones are judged is bounded, so that a flood of invented tags
 * costs a fixed amount. Before step 4 of a message's way. It believes nobody's identity.
 */
import { BoundedMap } from '../bounds/bounded-map.ts';
import { TokenBucket } from '../bounds/token-bucket.ts';
import { bytesKey } from '../bytes/key.ts';
import type { Crypto } from '../ports/crypto.ts';
import { type Result, refused } from '../result.ts';
import { radioLimits } from './limits.ts';
import {
  openRadioTag,
  type RadioTag,
  type RadioTagFault,
  radioKeyOf,
  radioTagBytes,
} from './radio-tag.ts';

type Verdict = Result<RadioTag, RadioTagFault>;

const rate = { perMinute: radioLimits.newTagsPerMinute, burst: radioLimits.newTagsBurst };

export class RadioTagReader {
  readonly #crypto: Crypto;
  readonly #radioKey: Uint8Array;
  readonly #verdicts = new BoundedMap<string, Verdict>(radioLimits.tagsRememberedMax);
  readonly #bucket = new TokenBucket(rate, 0);
  readonly counts = { judged: 0, foreign: 0, passedOver: 0 };

  constructor(crypto: Crypto, siteKey: Uint8Array) {
    this.#crypto = crypto;
    this.#radioKey = radioKeyOf(crypto, siteKey);
  }

  /** `too-many`: not judged; whoever says it will say it again. */
  read(tag: Uint8Array, nowMs: number): Result<RadioTag, RadioTagFault | 'too-many'> {
    if (tag.length !== radioTagBytes) return refused('malformed');
    const name = bytesKey(tag);
    const known = this.#verdicts.get(name);
    if (known !== undefined) {
      this.#verdicts.set(name, known);
      return known;
    }
    if (!this.#bucket.has(rate, nowMs)) {
      this.counts.passedOver += 1;
      return refused('too-many');
    }
    this.#bucket.take();
    const verdict = openRadioTag(this.#crypto, this.#radioKey, tag);
    this.counts.judged += 1;
    if (!verdict.ok) this.counts.foreign += 1;
    this.#verdicts.set(name, verdict);
    return verdict;
  }
}
