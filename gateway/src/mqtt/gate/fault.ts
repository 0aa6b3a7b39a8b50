/**
 * Why the gate cut a client: typed and counted, and never told to it, for MQTT 3.1.1 has no word
 * for it after CONNACK.
 */
export type GateFault =
  | 'connect-late'
  /** aedes or its store could not do it. */
  | 'failed'
  | 'first-not-connect'
  | 'flags'
  | 'keepalive'
  | 'length'
  | 'malformed'
  | 'not-granted'
  | 'packet-too-large'
  | 'refused'
  | 'text'
  | 'too-many-filters'
  | 'too-slow'
  | 'topic'
  | 'type';

/** CONNACK return codes (MQTT 3.1.1, 3.2.2.3). */
export const ConnackCode = {
  accepted: 0,
  version: 1,
  identifier: 2,
  unavailable: 3,
  credentials: 4,
  notAuthorized: 5,
} as const;
export type ConnackCode = (typeof ConnackCode)[keyof typeof ConnackCode];
