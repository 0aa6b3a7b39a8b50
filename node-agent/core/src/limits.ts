/**
 * Every bound of the protocol and the node in one place, each with its reason. Whatever a stranger
 * can grow (queue, map, loop, buffer) has its maximum here; what happens at the maximum is said
 * beside it. Shared by nodes and phones, so a change here is a change of the protocol.
 */
import { Role } from './identity/role.ts';

const kib = 1024;
const mib = 1024 * kib;
const minuteMs = 60_000;
const hourS = 3600;
const dayS = 24 * hourS;

/** What one author may do, by role. */
export interface RoleLimits {
  readonly bundlesPerMinute: number;
  readonly bundlesBurst: number;
  readonly payloadBytesMax: number;
  /** Over it the author's own oldest content is evicted. */
  readonly storedBytesMax: number;
  readonly lifetimeSMax: number;
  readonly hopsMax: number;
}

const guest: RoleLimits = {
  bundlesPerMinute: 6,
  bundlesBurst: 10,
  payloadBytesMax: 2 * kib,
  storedBytesMax: 64 * kib,
  lifetimeSMax: 6 * hourS,
  hopsMax: 5,
};
const user: RoleLimits = {
  bundlesPerMinute: 20,
  bundlesBurst: 40,
  payloadBytesMax: 16 * kib,
  storedBytesMax: mib,
  lifetimeSMax: 3 * dayS,
  hopsMax: 7,
};
const staff: RoleLimits = {
  bundlesPerMinute: 120,
  bundlesBurst: 240,
  payloadBytesMax: 32 * kib,
  storedBytesMax: 8 * mib,
  lifetimeSMax: 7 * dayS,
  hopsMax: 10,
};

export const roleLimits: Readonly<Record<Role, RoleLimits>> = {
  [Role.guest]: guest,
  [Role.user]: user,
  [Role.staff]: staff,
  [Role.node]: staff,
  [Role.admin]: staff,
  // By the site that it is of: all of one site share foreignBytesPerSiteMax too.
  [Role.foreign]: staff,
};

/** The urgent lane: small, long-lived, far-reaching; only staff, nodes and admins may use it. */
export const urgentLimits = {
  payloadBytesMax: 2 * kib,
  storedBytesMax: 256 * kib,
  lifetimeSMax: 14 * dayS,
  hopsMax: 15,
  /** Share of every budget that only urgent bundles may use. */
  reservedShare: 0.1,
} as const;

export const bundleLimits = {
  /** Largest payload of any role; anything larger is a blob. */
  payloadBytesMax: 32 * kib,
  /** Payload plus every other field at its longest, rounded up; checked before parsing. */
  signedBytesMax: 32 * kib + 256,
  /** A ticket, its issuer's certificate and that of the admin behind it, rounded up. */
  ticketBytesMax: 768,
  seqMax: 2 ** 48 - 1,
  lifetimeSMax: 14 * dayS,
  hopLimitMax: 15,
} as const;

export const timeLimits = {
  /** A stamp from the future moves a receiver's clock by at most this. */
  driftMsMax: 10 * minuteMs,
  stampMsMax: 2 ** 48 - 1,
  stampCounterMax: 2 ** 24 - 1,
  /** How often the running tick is written down; a boot costs a bundle at most this much life. */
  tickPersistMs: 60_000,
  /** How often expired bundles are looked for. */
  sweepMs: 10_000,
  /** Ids of expired bundles are remembered for this many lifetimes. */
  expiredMemoryFactor: 2,
  /** And so long at least: what was caught on the air is put again a week later, made young. */
  expiredMemoryMsMin: 7 * dayS * 1000,
} as const;

export const storeLimits = {
  /** Bundles seen and alive; at it one without content goes, else of the lowest class. 140 MB. */
  liveEntriesMax: 1_000_000,
  /**
   * Of one author's, those without content: about twice what a guest can write in a lifetime. At it
   * the one without content for longest is forgotten, and its id remembered as of the dead.
   */
  seenOnlyPerAuthorMax: 4_096,
  /** Expired ids remembered; at it the one goes that would go soonest. 60 MB of RAM. */
  expiredIdsMax: 500_000,
  /** Content kept on disk unless configured otherwise; guests' oldest go first at it. */
  contentBytesMax: 512 * mib,
  /** Guests of one node share this much of every store, however many they are. */
  guestBytesPerIssuerMax: 32 * mib,
  /** All that is kept of one pinned site; its oldest goes first at it. */
  foreignBytesPerSiteMax: 32 * mib,
  /** Of a smaller store only this share, so that others have room beside them; but so much. */
  sharedShareMax: 0.25,
  sharedBytesMin: mib,
  /**
   * Entries of the same, with content or without: one for so many bytes that the store may keep
   * (65,536 by default), but so many. At it the oldest without content is forgotten, else the
   * oldest.
   */
  contentBytesPerSharedEntry: 8 * kib,
  sharedEntriesMin: 4_096,
  /** Authors remembered; at it those that are longest idle go. */
  authorsMax: 200_000,
  /**
   * Of those, frozen ones: a hostile node can fork with guests of its own without end. At it those
   * longest idle go; while a fork of one lives somewhere, it is frozen again.
   */
  frozenAuthorsMax: 100_000,
  ticketsMax: 200_000,
  /** Described channels that a node enforces and lists; further ones are carried, not enforced. */
  channelsMax: 10_000,
  /** Own clients' bundles for which it is counted which neighbours hold them; the oldest goes. */
  holdersTrackedMax: 4_096,
  /** Fork proofs kept; one per author suffices, so the first stays. */
  forkProofsMax: 1_000,
  /** Node keys in two hands; at it the one found longest ago goes, and shows itself again. */
  clonesMax: 256,
  /** One named value of the store; a batch with a larger one is refused. */
  valueBytesMax: 64 * kib,
  /** Entries forgotten in one sweep, so that a sweep never takes long; the rest is next's. */
  sweepForgetMax: 5_000,
  /** Evicted at once when the disk is full, oldest of the lowest class first. */
  diskFullEvictMax: 256,
  /** Clients waiting for the same bundle to be synced. */
  waitersMax: 16,
  /** Waiting for one sync; beyond it clients are answered busy. */
  pendingPutsMax: 4_096,
} as const;

/** Sites that an admin pinned, and what crosses between them. */
export const federationLimits = {
  /** Other sites in one policy, and so those that share a channel. */
  pinsMax: 32,
  /** Channels that cross. */
  rulesMax: 128,
  /** Addresses in a site card, so that its QR code stays readable. */
  relaysPerSiteMax: 4,
  relayAddressBytesMax: 128,
  /** The signed part of a card with all of these at their longest, rounded up. */
  siteCardBytesMax: 768,
  /** The card as text; checked before anything is decoded. */
  siteCardLettersMax: 1_400,
  /** The signed part of a policy: with its signature it has to fit into one bundle. */
  policyBytesMax: 24 * kib,
  /** Ids in one manifest: 8 KB, and more than crosses in an hour as a rule. */
  manifestIdsMax: 256,
  /**
   * Bundles that uplinks may bring of one site, the own one included: a tenth of what one neighbour
   * may send, because a relay is a stranger. Beyond it the relay keeps them and offers them again.
   */
  originBundlesPerMinute: 600,
  originBundlesBurst: 2_000,
  /** Bundles of other sites looked at in one go after a new policy, so that nobody waits. */
  withdrawnAtOnce: 200,
  withdrawEveryMs: 50,
} as const;

/** What admins sign for the whole site; told at the hello, so each must stay small. */
export const trustLimits = {
  /** Issuers with a trust list; at it a further admin's list is refused, the root's never. */
  listsMax: 32,
  /** Epochs of a revoked admin that its successor takes over; a site ends a few in a year. */
  epochsTakenOverMax: 1_000,
  /** Revoked keys in one list; an admin who needs more advances the epoch, which empties it. */
  revokedPerListMax: 512,
  /** It has to fit into one bundle: 512 keys with short labels, or 230 with the longest. */
  listBytesMax: 24 * kib,
  rulesBytesMax: kib,
  /** Why a key was revoked, for people; UTF-8 bytes. */
  labelBytesMax: 64,
  announcementBytesMax: 512,
  /** A command of an admin to nodes, and its parameters as JSON. */
  commandBytesMax: 64,
  paramsBytesMax: 8 * kib,
  /** Signed documents that one admin act puts in force. */
  documentsPerActMax: 4,
  /** What is granted to one key in one bundle. */
  grantBytesMax: 8 * kib,
  /** A node's report as JSON. */
  reportBytesMax: 8 * kib,
  /** By a node whose certificate an admin signed, all names at their longest, rounded up. */
  guestPassBytesMax: 640,
  /** Guests that one pass may admit at one node. */
  guestPassUsesMax: 100_000,
} as const;

/** How a blank node or a new admin's phone gets its papers. */
export const claimLimits = {
  /** One Noise message (Noise specification, section 3); a longer one ends the claim. */
  messageBytesMax: 65_535,
  /** A claim code as text with what stands around it; checked before anything is decoded. */
  codeLettersMax: 2_048,
  /** Addresses in a code, so that it stays readable for a cheap camera. */
  addressesMax: 3,
  addressBytesMax: 64,
  /** A provision document or admin papers in wire form: has to fit into one Noise message. */
  documentBytesMax: 60 * kib,
  certificateBytesMax: kib,
  /** Lists, rules and policies in it; what does not fit is told at the first hello. */
  documentsMax: 40,
  /** Bytes of all of them together; leaves room for everything else at its longest. */
  documentBytesTotalMax: 36 * kib,
  tlsAuthorityBytesMax: 8 * kib,
  channelsMax: 32,
  bootstrapMax: 16,
  uplinksMax: 8,
  hostNamesMax: 8,
  /** Multiaddrs, addresses of uplinks, host names. */
  settingBytesMax: 256,
  /** What a claimant says of its version. */
  versionBytesMax: 32,
} as const;

export const guestBudget = {
  /** All guests of one node together: what a thousand invented identities gain is one budget. */
  bundlesPerMinute: 600,
  bundlesBurst: 1_200,
  /** New guest tickets of one node; beyond it newcomers are asked to wait. */
  ticketsPerMinute: 60,
  ticketsBurst: 2_000,
  /** Issued tickets remembered, so that a device gets its own again; at it the oldest goes. */
  ticketsRememberedMax: 10_000,
} as const;

/** What all guests of one node may bring at every further node; beyond it they have to wait. */
export const furtherGuestBudget = {
  /** Ten times that of the first node: after a gap, what was written in it comes at once. */
  bundlesPerMinute: 6_000,
  bundlesBurst: 12_000,
  /** Issuers remembered, so as many nodes; the one longest known goes and has a full one again. */
  issuersMax: 1_024,
} as const;

/** Live bundles of one author at one node: what its role can write in the longest lifetime. */
export function authorEntriesMax(role: Role): number {
  const { bundlesPerMinute, bundlesBurst, lifetimeSMax } = roleLimits[role];
  return Math.ceil((bundlesPerMinute * lifetimeSMax) / 60) + bundlesBurst;
}

export const nameLimits = {
  /** Names of people, channels and nodes, UTF-8 bytes. */
  nameBytesMax: 64,
  topicBytesMax: 256,
  /** Keys that may write into an announcement channel. */
  writersMax: 32,
} as const;
