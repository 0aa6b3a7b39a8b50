/**
 * The blank node on air: says by Bluetooth that it is ready to be claimed, and takes the claims
 * that come by it to where those by HTTP go. Comes up a little after the box, where there is
 * Bluetooth at all; whatever fails here is a line in the log. No step of a message's way.
 */
import type { BleStream } from '@muster/adapters/transport-ble';
import type { ClaimAnswer, ClaimRequest } from '@muster/adapters/transport-ble/claim';
import { type Timer, toHex } from '@muster/core';
import type { ClaimTaker } from '../claim/claim-action.ts';
import { claimHttpLimits } from '../claim/limits.ts';
import type { SinkAnswer } from '../claim/sessions.ts';
import type { Config } from '../config/index.ts';
import type { AgentParts } from '../parts.ts';
import { unclaimedLimits } from './limits.ts';

export interface RadioSeatOptions {
  readonly config: Pick<Config, 'bleEnabled' | 'bleAdapters'>;
  readonly parts: Pick<
    AgentParts,
    'crypto' | 'clock' | 'random' | 'logger' | 'hasRadio' | 'createRadio'
  >;
  /** Of the label, 8 bytes. */
  readonly claimId: Uint8Array;
  readonly taker: ClaimTaker;
}

export class RadioSeat {
  readonly #options: RadioSeatOptions;
  #timer: Timer | undefined;
  #opening: Promise<void> = Promise.resolve();
  #close: () => Promise<void> = async () => {};
  #isStopped = false;

  constructor(options: RadioSeatOptions) {
    this.#options = options;
  }

  start(): void {
    const { config, parts } = this.#options;
    if (!config.bleEnabled) return;
    this.#look(parts, unclaimedLimits.radioFirstMs);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#opening;
    await this.#close();
  }

  #look(parts: RadioSeatOptions['parts'], afterMs: number): void {
    this.#timer = parts.clock.after(afterMs, () => {
      if (parts.hasRadio()) this.#opening = this.#open();
      else this.#look(parts, unclaimedLimits.radioEveryMs);
    });
  }

  async #open(): Promise<void> {
    const { parts, config, claimId } = this.#options;
    const { crypto, clock, random } = parts;
    const logger = parts.logger.child('bluetooth');
    try {
      const radio = await parts.createRadio({ adapters: config.bleAdapters });
      const { createClaimSeat } = await import('@muster/adapters/transport-ble');
      const { listenForClaims } = await import('@muster/adapters/transport-ble/claim');
      await radio.helper?.start();
      const take = (request: ClaimRequest, address: string) => this.#take(request, address);
      const seat = createClaimSeat({
        ...{ host: radio.host, crypto, claimId, clock, random, logger },
        onStream: (stream: BleStream) => listenForClaims(stream, { clock, take }),
      });
      this.#close = async () => {
        await seat.stop();
        await radio.helper?.stop();
      };
      if (!this.#isStopped) await seat.start();
    } catch (error) {
      logger.error('not to be claimed by bluetooth', { error: String(error) });
    }
  }

  async #take({ claimId, session, message }: ClaimRequest, address: string): Promise<ClaimAnswer> {
    const asked = { session: toHex(session), address: `ble ${address}`, message };
    return answerOf(await this.#options.taker.take(toHex(claimId), asked));
  }
}

function answerOf(answer: SinkAnswer | 'busy' | 'unknown'): ClaimAnswer {
  if (answer instanceof Uint8Array) return { kind: 'message', message: answer };
  if (typeof answer === 'string') return { kind: answer };
  return { kind: 'used', claimants: answer.claimants.slice(0, claimHttpLimits.claimantsMax) };
}
