/**
 * A transport below that breaks its promise: frames of one way of a stream come flipped, dropped,
 * repeated, swapped, cut short or filled with anything (step 4 of a message's way). It decides at
 * the send and keeps at most one frame back; an empty or longer frame it never makes.
 */
import { chance, intBelow, pick, type SeededRandom } from '@muster/core/testing';

export const mangleKinds = ['flip', 'drop', 'repeat', 'swap', 'cut', 'fill'] as const;
export type MangleKind = (typeof mangleKinds)[number];

export class Mangler {
  readonly #random: SeededRandom;
  readonly #onMangled: (kind: MangleKind) => void;
  /** Goes after the next one. */
  #swapped: Uint8Array | undefined;

  constructor(random: SeededRandom, onMangled: (kind: MangleKind) => void) {
    this.#random = random;
    this.#onMangled = onMangled;
  }

  /** What goes over the wire instead of a frame that was sent, of which `share` are mangled. */
  mangle(frame: Uint8Array, share: number): readonly Uint8Array[] {
    if (share === 0 || !chance(this.#random, share)) return [frame, ...this.release()];
    const kind = pick(this.#random, mangleKinds);
    this.#onMangled(kind);
    const before = this.release();
    if (kind === 'swap') this.#swapped = frame;
    return [...this.#mangled(frame, kind), ...before];
  }

  /** The frame that waits for a next one, at the end of mangling or of the stream. */
  release(): readonly Uint8Array[] {
    const swapped = this.#swapped;
    this.#swapped = undefined;
    return swapped === undefined ? [] : [swapped];
  }

  get isHolding(): boolean {
    return this.#swapped !== undefined;
  }

  #mangled(frame: Uint8Array, kind: MangleKind): readonly Uint8Array[] {
    if (kind === 'drop' || kind === 'swap') return [];
    if (kind === 'repeat') return [frame, frame.slice()];
    if (kind === 'cut') return [frame.slice(0, Math.max(1, intBelow(this.#random, frame.length)))];
    const changed = frame.slice();
    const at = intBelow(this.#random, frame.length);
    if (kind === 'flip') changed[at]! ^= 1 << intBelow(this.#random, 8);
    else changed.set(this.#random.bytes(frame.length - at), at);
    return [changed];
  }
}
