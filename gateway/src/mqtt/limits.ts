/**
 * Every bound of the MQTT broker, each with its reason and what happens there. Step 6 of a
 * message's way. A broker may be given others (a benchmark, a small board); none may be absent.
 */
export const mqttLimits = {
  /** Declared length of any packet: a channel text is 2 KiB, a sensor's far less. Beyond: cut. */
  packetBytesMax: 64 * 1024,
  /** CONNECT alone comes from strangers: ids, a will and a password fit. Beyond: cut. */
  connectBytesMax: 8 * 1024,
  /** A WebSocket's request needs a few hundred bytes. Beyond: cut. */
  headerBytesMax: 8 * 1024,
  /** One WebSocket frame; a client may gather packets. Beyond: cut. */
  frameBytesMax: 128 * 1024,
  /** Slow-loris: whoever has not sent a whole CONNECT by then is cut. */
  connectMsMax: 10_000,
  /** Names of things on site are short. A PUBLISH or CONNECT beyond: cut or refused. */
  topicBytesMax: 256,
  /** Matching costs by level; aedes' own matcher breaks above 100. */
  topicLevelsMax: 16,
  /** Ids of common libraries stay below 40. Beyond: CONNACK 2. */
  clientIdBytesMax: 128,
  /** "Gone" and a reason. Beyond: CONNACK 5. */
  willBytesMax: 4 * 1024,
  /** Filters of one SUBSCRIBE or UNSUBSCRIBE. Beyond: cut. */
  filtersPerPacketMax: 64,
  /** Filters that one client holds at once. Beyond: SUBACK 0x80. */
  subscriptionsPerClientMax: 64,
  /** A longer keep-alive, or none, is treated as this: a dead client is found within 30 minutes. */
  keepaliveSMax: 1_200,
  /** Packets a second of one client; it is not read beyond. A sensor sends one, a bridge 1,000. */
  packetsPerSecond: 20_000,
  packetsBurst: 40_000,
  /** Packets of one client that are worked on; it is not read beyond. One commit holds them. */
  unansweredMax: 256,
  /** Their bytes, for the same reason; one packet may exceed it. */
  unansweredBytesMax: 128 * 1024,
  /** QoS 2 messages between PUBREC and PUBREL, kept per session. Beyond: cut. */
  inboundQos2Max: 256,
  /** Bytes received and not yet looked at; the socket is paused beyond. */
  inboxBytesMax: 128 * 1024,
  /**
   * Bytes that wait for a slow reader, or behind the queue of a session that comes back; it is cut
   * beyond, and a session finds its queue again.
   */
  waitingBytesMax: 1024 * 1024,
  /** Of all readers together; beyond, whoever is above the next bound is cut. A Pi has 512 MiB. */
  waitingBytesInAllMax: 64 * 1024 * 1024,
  /** Above this what can wait (a queue, retained messages) waits for the reader. */
  waitingBytesHigh: 64 * 1024,
  /** One write to a socket; the drain time-out counts from one to the next. */
  writeBytesMax: 64 * 1024,
  /** A reader that takes nothing for so long is cut. */
  drainTimeoutMs: 10_000,
  /** How often the time bounds are looked at. */
  sweepMs: 1_000,
  /** Open connections in all, about 20 KiB each. Beyond: closed at once. */
  connectionsMax: 2_048,
  /** Of one IPv4 address or IPv6 /64: a hub behind one router has dozens. Beyond: closed. */
  connectionsPerAddressMax: 256,
  /** Connections of one address without a whole CONNECT: a fleet that comes back at once. */
  openingPerAddressMax: 64,
  /** When the broker stops, so long its clients may take to close. */
  closingMsMax: 1_000,
  /** Credentials of a site's devices. Beyond: `add` says so. */
  clientsMax: 1_000,
  /** Filters of one credential, reading and writing each. Beyond: `add` says so. */
  grantsPerClientMax: 32,
  /** Characters of a credential's name; it begins every session's id. */
  nameCharsMax: 64,
} as const;

export type MqttLimits = { readonly [Name in keyof typeof mqttLimits]: number };
