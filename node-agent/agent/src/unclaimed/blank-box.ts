/**
 * The blank node as a claimant: its key, its name, and how papers that it was offered are kept.
 * What label and invite claims have in common. The papers were verified by the claim itself; here
 * they only become durable, in one write.
 */
import type { ClaimOffer, Clock, Crypto, Logger, Random } from '@muster/core';
import { commitProvision, type Unclaimed } from '@muster/provisioning';
import type { ClaimState } from './claim-state.ts';

export interface BlankBox {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly unclaimed: Unclaimed;
  readonly version: string;
  readonly state: ClaimState;
  /** Path of the data folder. */
  readonly folder: string;
}

/** True once the papers are on disk: the node is claimed, whatever happens now. */
export function keepPapers(box: BlankBox, offer: ClaimOffer): boolean {
  // Of two admins at once the first has it: the second's papers would replace those on disk.
  if (offer.kind !== 'node' || box.state.view.phase === 'claimed') return false;
  const { wire, provision } = offer;
  try {
    commitProvision(box.folder, wire, { crypto: box.crypto });
  } catch (error) {
    box.logger.error('the papers could not be kept', { error: String(error) });
    return false;
  }
  const { siteName, settings } = provision;
  box.logger.info('claimed', { site: siteName, name: settings.name });
  box.state.progress({ phase: 'claimed', siteName });
  return true;
}
