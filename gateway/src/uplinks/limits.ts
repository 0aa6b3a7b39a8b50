/**
 * Every bound of the uplinks (step 6) with its reason and what happens at it. What a broker on the
 * internet can grow is bounded here: it is a stranger.
 */
export const uplinkLimits = {
  /** Uplinks of one gateway; a further one is refused. */
  uplinksMax: 16,
  /** A name becomes part of names in the store and of `uplink:<name>`. */
  nameLettersMax: 24,
  addressLettersMax: 256,
  secretLettersMax: 256,
  channelsMax: 128,
  /** First and longest wait between two attempts to connect, and between two of one bundle. */
  retryDelayMsMin: 1_000,
  retryDelayMsMax: 5 * 60_000,
  /** The steps of a test end after this; a stuck name server else keeps the admin waiting. */
  testMsMax: 15_000,
} as const;

export const upstreamLimits = {
  /** To CONNACK and SUBACK; then it counts as failed. */
  connectMsMax: 20_000,
  keepaliveS: 30,
  /** A larger packet ends the connection: our largest message as JSON is half of it. */
  packetBytesMax: 128 * 1024,
  /** Read from one broker; beyond it the broker waits. Parsing that much takes a part of a core. */
  readRates: { bundlesPerMinute: 12_000, bytesPerMinute: 64 * 1024 * 1024 },
  /** Text of a message taken in; a longer one is refused and counted. */
  textBytesMax: 16 * 1024,
  /** Messages taken in, a minute's worth at once; beyond it the broker waits for its PUBACK. */
  intakePerMinute: 120,
  /**
   * Messages that wait to be taken in; beyond it the connection rests until there is room: the
   * broker queues, as it does for any slow client.
   */
  waitingMax: 256,
  /** Ids seen at the broker before the mesh brought them; at it the oldest is forgotten. */
  seenIdsMax: 4_096,
  /** References of messages taken in; at it the oldest is forgotten. A ref takes 60 bytes. */
  refsMax: 20_000,
  /** Rows looked at on start to know those again. */
  refsLoadedMax: 20_000,
  /** How long a message without id is told from an equal one that another gateway took in. */
  repeatMs: 10 * 60_000,
  /** Gateways of one site present at one upstream; further ones are not ranked and serve. */
  gatewaysMax: 16,
  /** How long the second gateway leaves the first time to serve, for each place in the rank. */
  holdBackMs: 10_000,
  /** How long our own probe may take to come back after connecting. */
  probeMsMax: 10_000,
  /** No message of ours for so long: then what came back before a cut has all come. */
  quietMs: 1_000,
  /** Between the goodbye and the end of the stream. */
  lastWordsMs: 500,
  /** Unanswered publish; then the connection is ended and made anew. */
  answerMsMax: 60_000,
} as const;
