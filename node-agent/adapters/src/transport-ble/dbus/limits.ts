/**
 * Bounds of our D-Bus client with their reasons. What a message says comes from other programs of
 * this machine, and through bluetoothd from whoever advertises in radio range.
 */
export const dbusLimits = {
  /**
   * One message that is decoded. The specification allows 128 MiB; the longest that we ask for is
   * the list of all devices that bluetoothd remembers, some 800 bytes each, and decoding holds up
   * the process: 40 ms on a desktop's core. The body of a longer one is skipped without being kept,
   * its call fails with `too-large`, and the connection goes on: who floods the air with invented
   * addresses takes one answer from us and not the bus.
   */
  messageBytesMax: 4 * 1024 * 1024,
  /** What the specification allows; a longer one is not D-Bus, and the connection closes. */
  specMessageBytesMax: 128 * 1024 * 1024,
  /** Fields of a header: seven names of 255 and a path; beyond, the connection closes. */
  headerBytesMax: 16 * 1024,
  /**
   * Numbers, strings and containers of a message: each costs memory far above its few bytes. A
   * device has about 60; a message with more is as one that is too long.
   */
  valuesMax: 256 * 1024,
  /** By the specification, each: a signature's arrays within arrays, and structs within structs. */
  signatureDepthMax: 32,
  /** By the specification: containers within each other in a value, variants included. */
  valueDepthMax: 64,
  /** By the specification: bytes of a signature, and of each name. */
  signatureBytesMax: 255,
  nameBytesMax: 255,
  /** Parsed signatures that are remembered; at it all are forgotten. A peer says a dozen. */
  signaturesKeptMax: 256,
  /** A line of the authentication; longer ones end it. Ours and the bus's have 60 bytes. */
  saslLineBytesMax: 1024,
  /** Authentication and Hello together. */
  handshakeMsMax: 10_000,
  /** A call without a time of its own; bluetoothd answers most within milliseconds. */
  callMsDefault: 10_000,
  /** Calls that await an answer; at it further ones fail at once with `busy`. */
  callsMax: 1024,
  /** Calls of others that we have not answered yet; at it further ones get LimitsExceeded. */
  callsServedMax: 256,
  /** Rules told to the bus; at it subscribing fails with `busy`. dbus-daemon allows 512. */
  rulesMax: 256,
  /** Objects exported; above what seven links on four adapters need. A bug beyond. */
  objectsMax: 1024,
  /**
   * Bytes that the bus has not taken from us yet: at it the connection closes, for a bus that reads
   * nothing is gone. Senders that mind `writeBufferLength` never come near.
   */
  writeBytesMax: 8 * 1024 * 1024,
} as const;
