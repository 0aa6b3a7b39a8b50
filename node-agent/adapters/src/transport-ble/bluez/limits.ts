/** Bounds and times of the BlueZ half, with their reasons. */
export const bluezLimits = {
  /** A GATT value; longer ones were lost silently (reference: Bluetooth LE on real BlueZ). */
  packetBytesMax: 495,
  /** Of an ATT packet, what is not value: opcode and handle (Core 5.4, vol 3 part F, 3.4.7.1). */
  attHeadBytes: 3,
  /** ATT_MTU where nobody says another (vol 3 part F, 3.2.8). */
  attMtuDefault: 23,
  /** Centrals with a conversation at one adapter; a controller has about as many links. */
  slots: 7,
  /** A slot that was given and not used is given to the next one that asks after that. */
  slotReservedMs: 5_000,
  /** Links to us on which nobody talks are cut; they take a place in the controller. */
  idleLinkMs: 20_000,
  /** Idle links that are watched; at it further ones are cut at once. */
  idleLinksMax: 32,
  /** Of so many WriteValue one asks for an answer, which holds for those before it as well ... */
  writesPerAnswer: 4,
  /** ... and so many of these may be awaited: bluetoothd's pace is ours. */
  answersAwaitedMax: 2,
  /** Packets of a caller that goes on after `send` said false: the carrier ends. */
  packetsWaitingMax: 64,
  /** Packets that came before anybody listened; a greeting is one. Later ones are dropped. */
  packetsEarlyMax: 16,
  /** Connects at one adapter, of which one is under way: at it further ones are refused. */
  connectsMax: 8,
  /** Services and characteristics of a device that are looked at; ours has nine. */
  remoteObjectsMax: 256,
  /** One try; of several, as many as `connectAgainMax` says besides. */
  connectMsMax: 4_000,
  resolveMsMax: 10_000,
  /** bluetoothd ends a link 2 s after it was told to, and the other end may do so as well. */
  cutMsMax: 4_000,
  connectAgainMax: 2,
  callMsMax: 8_000,
  /** How often bluetoothd is asked whether it still answers; a hang shows after callMsMax more. */
  pulseEveryMs: 20_000,
  /**
   * Devices in reach, phones above all: over it those heard longest ago are forgotten after each
   * scan, some at a time, and over twice of it at once.
   */
  devicesKnownMax: 2_048,
  /** A device that is silent for this long has left, or goes by another address. */
  deviceKeptMs: 60_000,
  /** After each scan, about a second's work of bluetoothd. */
  devicesForgottenMax: 512,
  /** A scan listens that long, more than two advertising intervals of the kernel (1.28 s) ... */
  scanWindowMs: 3_000,
  /** ... and then leaves the antenna, which is the WLAN's as well, to others. */
  scanPauseMs: 5_000,
  /** The first scans are short and follow each other quickly: who starts knows nobody. */
  scanWindowMsFirst: 1_500,
  scanPauseMsFirst: 300,
  scansFirst: 4,
  /** How long the kernel keeps a private address, when it is not told otherwise. */
  addressLifeMsDefault: 900_000,
  /** Lives are drawn from this share of the longest one up; half an hour of changes has no beat. */
  addressLifeShareMin: 4 / 9,
  /** What the kernel takes (Linux, net/bluetooth/hci_debugfs.c, rpa_timeout_set). */
  addressLifeMsMin: 30_000,
  addressLifeMsMax: 3_600_000,
  /** Silence before the address may lapse: a busy machine must have stopped by then ... */
  quietBeforeMs: 2_000,
  /** ... and after it must have lapsed, besides what the kernel's timer is late. */
  quietAfterMs: 500,
  /** A bus or a daemon that is not there is looked for again after, doubled each time up to ... */
  retryMsMin: 1_000,
  retryMsMax: 30_000,
  /** A bluetoothd that has begun takes back what another one left on air, soon. */
  leftoversMsMax: 5_000,
  leftoversLookMs: 50,
  /** Adapters that are looked at; more do not fit a machine of ours. */
  adaptersMax: 8,
  /** Longer than a call, so that a bluetoothd that hangs is told from one that is gone. */
  surveyMsMax: 10_000,
  /** To ask for the end of the links at our stop; bluetoothd takes 2 s to do it. */
  stopMsMax: 500,
  /** main.conf, and the kernel's files; its configuration has some 300 kB. */
  fileBytesMax: 512 * 1024,
} as const;
