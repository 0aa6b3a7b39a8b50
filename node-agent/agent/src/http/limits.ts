/**
 * Every bound of the HTTP side, each with its reason. An "address" is one IPv4 address or one IPv6
 * /64. Phones on a node's own access point have an address each; a crowd behind one router (NAT)
 * shares one, so the caps leave room for a few dozen people behind it, not for hundreds.
 */
export const httpLimits = {
  /** Open TCP connections in all; the kernel's backlog holds the rest. About 20 KiB each. */
  connectionsMax: 2_048,
  /** A browser opens up to six, and one socket; so some 35 people behind one address. */
  connectionsPerAddressMax: 256,
  /** A first load of the app takes about twenty requests. */
  requestRate: { perMinute: 3_000, burst: 500 },
  /** Addresses whose rate is remembered; at it the one longest unused is forgotten. */
  addressesMax: 4_096,
  /** Our routes need a few hundred bytes; the rest is for what browsers add. */
  headerBytesMax: 8 * 1024,
  headersMax: 64,
  pathLengthMax: 2_048,
  /** Slow-loris: headers not complete by then end the connection. */
  headersMsMax: 10_000,
  requestMsMax: 15_000,
  keepAliveMs: 5_000,
  /** How often the two bounds above are looked at. */
  checkEveryMs: 5_000,
  /** A stuck reader of a file holds a descriptor; after this long without progress it is cut. */
  stallMsMax: 30_000,
  /** When the node stops, so long sockets may take for their last frames. */
  lastFramesMs: 500,
  /** Files of the web app known by name; the build makes about fifty. */
  filesMax: 2_000,
  /** Bodies that are read or answered at once; more are told to come again. Each is bounded. */
  actions: { inAll: 32, perAddress: 8 },
  /** Readers of server-sent events; each holds a connection. */
  eventStreams: { inAll: 64, perAddress: 8 },
  /** Not yet taken by a reader of events; at it the reader is cut off. */
  eventBytesMax: 256 * 1024,
  /** A comment this often keeps an idle stream of events from counting as stuck. */
  eventKeepAliveMs: 10_000,
  /** A TLS handshake not done by then ends the connection. */
  tlsHandshakeMsMax: 10_000,
  /** How long the list of the machine's own addresses is believed. */
  interfacesFreshMs: 2_000,
} as const;
