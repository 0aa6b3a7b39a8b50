/** What every client session is given: the shared parts of one broker, and whom to tell. */
import type { BucketRate, Clock, Random } from '@muster/core';
import type { Aedes } from 'aedes';
import type { ClientBook } from '../clients/client-book.ts';
import type { ConnackCode, GateFault } from '../gate/fault.ts';
import type { MqttLimits } from '../limits.ts';
import type { ClientSession } from './client-session.ts';
import type { Flusher } from './flusher.ts';
import type { PublishEncoder } from './publish-encoder.ts';
import type { Qos2Intake } from './qos2-intake.ts';

export interface SessionHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: MqttLimits;
  readonly packetRate: BucketRate;
  readonly clients: ClientBook;
  readonly aedes: Aedes;
  readonly flusher: Flusher;
  readonly encoder: PublishEncoder;
  readonly qos2: Qos2Intake;
  /** It is about to be handed to aedes under this stream. */
  onAdmitted(session: ClientSession, stream: object): void;
  onRefused(session: ClientSession, code: ConnackCode): void;
  onCut(session: ClientSession, fault: GateFault): void;
  onClosed(session: ClientSession): void;
}
