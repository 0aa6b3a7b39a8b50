/** What every client session is given: the shared parts of one broker, and whom to tell. */
import type { BucketRate, Clock, Random } from '@muster/core';
import type { ClientBook } from '../clients/client-book.ts';
import type { ConnackCode, GateFault } from '../gate/fault.ts';
import type { AedesClientHost } from './aedes-client.ts';
import type { ClientSession } from './client-session.ts';
import type { StreamHost } from './gathering-stream.ts';

export interface SessionHost extends AedesClientHost, StreamHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly packetRate: BucketRate;
  readonly clients: ClientBook;
  /** It is about to be handed to aedes under this stream. */
  onAdmitted(session: ClientSession, stream: object): void;
  onRefused(session: ClientSession, code: ConnackCode): void;
  onCut(session: ClientSession, fault: GateFault): void;
  onClosed(session: ClientSession): void;
}
