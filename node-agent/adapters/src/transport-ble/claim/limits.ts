/** Every bound of claims over Bluetooth with its reason, and what happens there. */

export const claimStreamLimits = {
  /** Of a message or an answer, as the claim itself bounds it: two bytes of length. */
  messageBytesMax: 65_535,
  /** Claimants named to a second one, and letters of each; more are left out. */
  claimantsMax: 8,
  claimantBytesMax: 128,
  /** A caller that has asked nothing by then is sent away: its place is another's. */
  firstRequestMsMax: 10_000,
  /** Between two requests: people compare digits meanwhile. Then the stream ends. */
  idleMsMax: 120_000,
  /** To find the box and to open a stream with it. */
  openMsMax: 30_000,
  /** From the first byte of a request to the last of its answer: 64 KiB at 10 kB/s, and a pause. */
  answerMsMax: 20_000,
} as const;
