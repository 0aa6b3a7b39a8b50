/**
 * Every bound of replication (step 4 of a message's way) with its reason and what happens at it.
 * Those marked *protocol* must be the same on both ends of a link; the others are this node's own.
 */
import type { Rate } from '../bounds/meter.ts';
import { bundleLimits, trustLimits } from '../limits.ts';

const kib = 1024;
const mib = 1024 * kib;

export const frameLimits = {
  /** Longest frame sent, however large the link's own bound: what an urgent frame may wait for. */
  frameBytesMax: 4 * kib,
  /** A link that takes less than this is refused: the frames would be mostly overhead. */
  linkFrameBytesMin: 20,
} as const;

/** *Protocol.* Longer messages are malformed and end the session. */
export const messageLimits = {
  /** A pushed bundle at its longest with its author's ticket, or a full list of ids. */
  liveBytesMax: 5 * kib,
  /** The largest bundle with its ticket and all that the dictionary adds. */
  backlogBytesMax: bundleLimits.signedBytesMax + bundleLimits.ticketBytesMax + kib,
  /** Certificate with its signature, rounded up generously: later versions may add to it. */
  certificateBytesMax: 2 * kib,
  /** Short ids in one announce, graft, want or held message; longer lists are split. */
  idsMax: 512,
  /** Full ids in one question how near they are; such questions are rare. */
  nearIdsMax: 16,
  /** Bundles in one offer: its answer is one bit for each. */
  offerIdsMax: 64,
  /** Offers without an answer on one lane; the receiver paces its neighbour by answering. */
  offersUnansweredMax: 2,
  /** A trust list at its longest, with its signature and the certificate of its admin. */
  trustDocumentBytesMax: trustLimits.listBytesMax + kib,
  /** Part of a reconciliation in one message; pushes pass between two of them. */
  reconcileBodyBytesMax: 2 * kib,
} as const;

/** *Protocol.* Slots of the dictionary; the sender reuses the one that is idle longest. */
export const dictionaryLimits = {
  /** Authors in the normal lane; a slot number above 127 takes a second byte. About 0.5 MB. */
  authorsMax: 1_024,
  /** Authors in the urgent and bulk lanes, where few write. */
  authorsFewMax: 128,
  /** The sender's own: tickets told on a stream for each author slot; the oldest is told again. */
  ticketsPerAuthorSlot: 4,
  /** Headers: channel or conversation, kind, lifetime and so on. */
  headersMax: 128,
} as const;

/**
 * Links that are slow or cost money (radio, metered): urgent and small first, and the bulk lane
 * only where the neighbour asked for it. At 20 kB/s each of these is a second or less.
 */
export const frugalLimits = {
  /** Signed bytes of a bundle that is pushed unasked, urgent ones excepted. */
  pushBytesMax: kib,
  /** Bundles up to these sizes are offered before larger ones. */
  sizesBytesMax: [512, 2 * kib, 8 * kib],
  /** An offer takes no further bundle once it holds so much. */
  offerBytesMax: 16 * kib,
} as const;

export const pushLimits = {
  /**
   * Signed bytes of a bundle that is pushed unasked; a longer one is offered. Covers every guest
   * and every urgent bundle, so that these never wait for a question.
   */
  pushBytesMax: 3 * kib,
  /** Pushes waiting for one link and lane; beyond either, the bundle is offered later instead. */
  liveItemsMax: 256,
  liveBytesMax: 256 * kib,
  /** Ids waiting to be announced over one lane; beyond it they are left to reconciliation. */
  announcePendingMax: 2_048,
  /** Bundles waiting to be offered; beyond it they are left to the next reconciliation. */
  offerQueueMax: 8_192,
  /** Bundles that the neighbour asked for; beyond it a question is ignored (it asks again). */
  wantedMax: 1_024,
  /** Bundles asked of one lane of a neighbour and not come yet; at it what it has waits. */
  askAheadMax: 128,
  /**
   * The same with what was announced, which must not wait until a backlog has come: more than
   * askAheadMax and one offer. All lanes of a neighbour together stay below askedMax.
   */
  askAnnouncedMax: 256,
  /** Offered and declined, in case the neighbour that it went to instead fails; oldest goes. */
  declinedMax: 1_024,
  /** Questions waiting to be sent over one lane; beyond it they are asked again later. */
  asksPendingMax: 1_024,
  /** How long ids are gathered before an idle branch is told of them; half of it is random. */
  announceDelayMs: 150,
  /** Announced and not yet pushed by anyone: ask after this. With the above heals within 1 s. */
  graftDelayMs: 350,
  /** Asked and not come: ask the next who has it, unless the one asked is still sending. */
  askTimeoutMs: 2_000,
  /** However busily it sends, one neighbour is waited for no longer than this. */
  askPatienceMs: 60_000,
  /** How often waiting questions are looked at; nothing runs while none waits. */
  sweepMs: 100,
} as const;

export const treeLimits = {
  /** *Protocol.* Nodes on a path to the root: no bundle goes further than 15 hops either way. */
  pathNodesMax: 32,
  /** *Protocol.* More than 32 of the costliest links. */
  costMax: 1_024,
  /** A node tells its path at most once in this time, whatever moves. */
  quietMs: 100,
  /** How long a branch that somebody asked for lasts outside the base tree; then it is mended. */
  crutchMs: 10_000,
} as const;

export const wayLimits = {
  /**
   * Nodes whose links are known; about 0.4 MB. Those that cannot be reached go first; a mesh that
   * is larger stays with the base tree.
   */
  nodesMax: 2_048,
  /** *Protocol.* Links of one node: as many as a node keeps. */
  linksMax: 64,
  /** *Protocol.* One a second for 30,000 years; a word beyond it is malformed. */
  versionMax: 2 ** 40,
  /** How long links that came and went are gathered before the node says so. */
  gatherMs: 100,
  /** A node speaks of its links at most once in this time. */
  quietMs: 1_000,
  /** So long after the last change all nodes know of it; till then the base tree carries too. */
  settleMs: 500,
  /** Who can be reached is found anew at most so often, however many words come: 1 ms for 1,000. */
  reachableMs: 1_000,
  /** After all words were forgotten: so long it is not said who can be reached. */
  relearnMs: 15_000,
  /** When somebody found no room, not all know the same: for this long the base tree carries. */
  fullMs: 10 * 60_000,
  /** Nodes whose shortest ways are remembered: all that are known. About 0.5 MB. */
  originsMax: 2_048,
  /**
   * Links looked at to find routes: all of a mesh of 1,000 nodes twice at once, then 0.05 s of CPU
   * a second. What is beyond goes along the base tree; without it marks of invented origins in a
   * graph of invented nodes cost 2 ms each.
   */
  routing: { perSecond: 4_000_000, burst: 16_000_000 },
  /** What several nodes say shares a message up to about this, so that bundles pass between. */
  messageBytesMax: kib,
  /**
   * Bytes told of links over one link: a whole table at once, then about ten words a second, so
   * that nobody fills a mesh with them. What waits is told later, as it is by then.
   */
  told: { perSecond: 512, burst: 128 * kib },
  /** How often is looked whether more may be told. */
  paceMs: 1_000,
} as const;

export const memoryLimits = {
  /** Bundles whose nearest way is asked for, and who asked for each; the oldest goes. */
  detoursMax: 1_024,
  detourAskersMax: 8,
  /** Such questions and answers waiting on one lane; beyond it they are asked again later. */
  nearPendingMax: 256,
  /** Ids new here of late, by which announcements are recognised; the oldest goes. About 3 MB. */
  recentMax: 16_384,
  /** What one neighbour is known to have; the oldest goes and is offered once more at worst. */
  peerKnowledgeMax: 4_096,
  /** Bundles heard of and not here yet, of all neighbours; more are left to reconciliation. */
  missingMax: 8_192,
  /** Announced by one lane of a neighbour, so that none can fill the table alone. */
  missingPerLaneMax: 1_024,
  /** Neighbours remembered per missing bundle: the one asked and those to ask next. */
  sourcesMax: 4,
  /** Bundles asked for and not on disk yet, of all neighbours; at it offers wait. */
  askedMax: 1_024,
  /** Asked of one lane of a neighbour and not followed by anything; at it no more is asked. */
  askedPerLaneMax: 1_024,
  /** Own clients' bundles whose holders are counted; the oldest goes and its count stays. */
  heldWatchedMax: 4_096,
  /** Neighbours told when one bundle is on disk: as many as there are links. */
  toTellMax: 64,
  /** Held ids waiting to be told to one neighbour; the oldest goes: it is a courtesy. */
  heldPendingMax: 1_024,
} as const;

export const sessionLimits = {
  /** Both hellos must be there by then; covers a slow radio. */
  helloTimeoutMs: 10_000,
  /** So long a member that was shut out may bring documents of the site. */
  hearOutMs: 3_000,
  /** Links at once; a further one is closed. */
  linksMax: 64,
  /**
   * Links that others opened and that have not shown a certificate yet, besides; at it the one that
   * waits for longest goes. Strangers cannot take neighbours' places, and an honest hello comes
   * with the link.
   */
  strangersMax: 24,
  /** Links to one neighbour: one for each medium, and one that is being replaced. */
  linksPerPeerMax: 4,
} as const;

export const reconcileLimits = {
  /** Between two reconciliations of one link; a fifth of it is random. */
  intervalMs: 60_000,
  /** After one that found differences which nobody can send, the interval doubles up to this. */
  intervalMsMax: 8 * 60_000,
  /** Begun by this node at a time: each takes memory and a pass over the set. */
  runningMax: 2,
  /** Between two questions how near the same bundle is. */
  nearIntervalMs: 50_000,
  /** A node that could answer passes the question on all the same when it comes again, so often. */
  nearTimesMax: 4,
  /** A lane that takes longer gives the turn to another link, and goes on without it. */
  stallMs: 30_000,
  /**
   * No message of a comparison for this long, or an offer unanswered: something was lost, which a
   * link must not do, and the session ends, as a new one starts afresh. Not while as many bytes
   * pass: what is awaited may stand behind them. At most so many times, even then.
   */
  lostMs: 5 * 60_000,
  busyBytesMin: 64 * kib,
  busyMax: 12,
  /** Bodies of one exchange that may wait for the link: more than the largest list has. */
  bodiesWaitingMax: 8_192,
  /** Sets that were equal and differ are compared once more after this, before a run is begun. */
  passingMs: 1_000,
  /** What was sent this long before a run began counts as on its way, not as refused. */
  crossingMs: 5_000,
  /** Runs of one lane that a neighbour may begin: a few at once, then one in ten seconds. */
  begun: { perSecond: 0.1, burst: 4 },
} as const;

export const cloneLimits = {
  /** How long after the first hello of a new run the earlier one may still be heard of. */
  overlapMs: 15_000,
  /** Nodes whose runs are remembered; the one that began a new one longest ago goes. */
  nodesMax: 1_024,
  /** Earlier runs remembered of each; enough to see two that take turns. */
  earlierMax: 4,
} as const;

export interface BudgetLimits {
  readonly bundles: Rate;
  readonly bytes: Rate;
}

/**
 * Of one neighbour. A whole venue's live traffic may come through one link (a thousand guests write
 * 100 bundles a second), and a small board verifies 2,000 a second.
 */
export const peerBudget: BudgetLimits = {
  bundles: { perSecond: 1_000, burst: 2_000 },
  bytes: { perSecond: 4 * mib, burst: 8 * mib },
};

/**
 * Trust lists and rules taken from one neighbour: all that there can be at once, then one every two
 * seconds. What is beyond is dropped and told again with the next comparison.
 */
export const trustBudget: Rate = { perSecond: 0.5, burst: 3 * trustLimits.listsMax };

/** Of all neighbours together. */
export const globalBudget: BudgetLimits = {
  bundles: { perSecond: 2_000, burst: 4_000 },
  bytes: { perSecond: 8 * mib, burst: 16 * mib },
};

export const behaviourLimits = {
  /**
   * Messages that carry no bundle, each counted once and once more for every `controlBytes`. An
   * honest neighbour sends about 20 a second and lane.
   */
  control: { perSecond: 500, burst: 2_000 },
  controlBytes: 256,
  /** Faults forgiven: a node that checks sends none, and one broken author costs a handful. */
  faults: { perSecond: 0.2, burst: 32 },
  /** What ending a session for a fault costs of these: after the last one, 40 s without links. */
  endFaults: 8,
  /** Neighbours whose budgets outlive their links, so that coming back does not refill them. */
  neighboursRememberedMax: 256,
} as const;
