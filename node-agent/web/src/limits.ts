/**
 * Every bound of the phone's page that a stranger, a long evening or a small phone could test, each
 * with its reason and what happens there. The protocol's own bounds are in the core's limits.
 */
export const webLimits = {
  /** Messages kept on the phone for each channel; the oldest go first. About 1 MB a channel. */
  cachedMessagesPerChannelMax: 2_000,
  /** Messages in memory for the open channel; at it the reader can scroll back no further. */
  openMessagesMax: 2_000,
  /** Rows in the document at first, and how many more each time the reader scrolls back. */
  rowsAtFirst: 80,
  rowsStep: 60,
  /** The API allows 64 tags a session; some stay free for profiles and for a channel on view. */
  channelsFollowedMax: 56,
  /** Own messages kept to be handed to the next node (held ones too); the oldest held go first. */
  outboxEntriesMax: 256,
  /** Puts without an answer; keeps us far below the API's 40 messages a second. */
  putsInFlightMax: 8,
  /** Authors remembered with their names; the longest unseen goes first. */
  peopleMax: 4_000,
  /** Channels of other sites that are followed by themselves; the rest stay for people's own. */
  federatedFollowedMax: 24,
  /** Proven tickets remembered: the badges and boxes of a large site. About 200 bytes each. */
  standingsMax: 500,
  /** Messages asked for at once; well under the API's 200, so that a page is one small frame. */
  pageItems: 50,
  /** Messages named to a node after a short absence (8 bytes each); the API allows 4,096. */
  haveIdsBriefly: 250,
  /** Channels of a node that are listed; the API gives them all, the phone shows this many. */
  channelsListedMax: 200,
  /** Unread messages are counted up to here; more is shown as "99+". */
  unreadMax: 100,
  /** Documents read of one trust frame: a list for each issuer, and the site's rules. */
  trustDocumentsMax: 64,
  /** People who wait to be let in, as the node tells staff; the node's room holds 200. */
  guestsWaitingMax: 200,
  /** Nodes heard by radio, as our node tells them; the API gives at most 64, strongest first. */
  nearbyNodesMax: 64,
  /** Other things with the site's tag; they are counted, not listed. The API gives at most 32. */
  nearbyCarriersMax: 32,
  /** Letters of a node's advice on Bluetooth; more is cut. */
  adviceCharactersMax: 300,
  /** Largest photo side that is searched for a QR code; larger ones are scaled down first. */
  photoSidePixelsMax: 1_600,
} as const;

export const connectionTimes = {
  retryDelayMsMin: 500,
  /** Long enough to spare a crowded channel, short enough that no one waits without a reason. */
  retryDelayMsMax: 30_000,
  /** After somebody turned us away; the person can ask again at once. */
  refusedRetryDelayMs: 5 * 60_000,
  /** The node gives us 10 s to open the session; we give it the same. */
  openMsMax: 10_000,
  /** The node pings every 20 s and closes after 45 s of silence; so do we. */
  silenceMsMax: 45_000,
  /** After the page becomes visible again: how long a live connection may take to show itself. */
  proveMsMax: 4_000,
} as const;

export const nearbyTimes = {
  /** While watched the node tells at least every 10 s, later where many watch: older is said. */
  freshMsMax: 60_000,
  /** How often the ages on view are counted anew. */
  countEveryMs: 10_000,
} as const;

export const syncTimes = {
  /** After a longer absence channels are caught up with when they come on view. */
  absenceMsMax: 10 * 60_000,
  /** First pause before a bundle that was refused for now is put again; it doubles. */
  putAgainMsMin: 5_000,
  putAgainMsMax: 60_000,
  profileEveryMs: 24 * 3_600_000,
  /** How often it is looked whether something must be said again. */
  keepKnownEveryMs: 10 * 60_000,
} as const;
