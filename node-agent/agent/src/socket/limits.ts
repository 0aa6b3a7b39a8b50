/** Every bound of the phones' sockets, each with its reason, and the codes that end one. */
import { httpLimits } from '../http/limits.ts';

export const socketLimits = {
  /** The largest put (a 32 KiB payload and a ticket, in base64url) fits with room. */
  frameBytesMax: 96 * 1024,
  /** Sessions in all; a Pi's access point carries far fewer phones. About 30 KiB each. */
  sessionsMax: 1_500,
  /** Some thirty people behind one router (NAT), each with two tabs. */
  sessionsPerAddressMax: 64,
  /** New sockets of one address; each costs up to nine signature checks. */
  openingRate: { perMinute: 120, burst: 60 },
  addressesMax: httpLimits.addressesMax,
  /** A socket that has not opened its session by then is closed. */
  openingMsMax: 10_000,
  ticketsShownMax: 8,
  pingEveryMs: 20_000,
  silenceMsMax: 45_000,
  /** How often the three bounds above are looked at. */
  tickMs: 5_000,
  messageRate: { perMinute: 2_400, burst: 120 },
  errorsMax: 50,
  /**
   * Bundles or tickets with a wrong signature; at it the session ends. An honest client signs none,
   * and each costs a check, which is the dearest thing that a stranger can ask for.
   */
  forgedMax: 3,
  refCharsMax: 64,
  followsMax: 64,
  /** Ids named in one `have`; a phone keeps fewer of one channel. */
  haveIdsMax: 4_096,
  /** Puts that wait for the disk; a phone sends one after the other. */
  pendingPutsMax: 32,
  /**
   * Own bundles of a session of which it is told how many nodes hold them; then the oldest goes.
   */
  watchedPutsMax: 256,
  pageItemsMax: 200,
  /** Bundles read from the store at once for a page; a frame holds two of the largest. */
  pageStepItems: 25,
  /** Items of one frame, in JSON; one item alone may be larger. */
  itemsBytesMax: 64 * 1024,
  /** Bundles read from the store at once while catching up, so that live ones come in between. */
  catchUpItems: 50,
  /** A reader with more than this unsent is cut. It comes back and catches up. */
  waitingBytesMax: 1024 * 1024,
  /** People named in `here`. */
  peopleMax: 500,
  /** Staff and admins among them whose ticket comes along, so that a phone can tell them. */
  hereTicketsMax: 32,
  hereEveryMsMin: 1_000,
  /** With n people here the list is sent every n times this, so its cost stays bounded. */
  hereMsPerPerson: 50,
  /** Who is near is told to those who look at it: on change, and this often without one. */
  nearbyEveryMsMin: 2_000,
  nearbyRefreshMs: 10_000,
  /** With n pages that look it is told every n times this, so its cost stays bounded. */
  nearbyMsPerSession: 50,
  /** Guests who wait for staff; at it a crowd of one address gives way to others. */
  waitingMax: 200,
  waitingMsMax: 30 * 60_000,
  /** Whoever comes back within this keeps the place: phones sleep, and Wi-Fi is crowded. */
  waitingAwayMsMax: 2 * 60_000,
  /** Places and who waits are told at most so often. */
  waitingTellMs: 1_000,
  guestPassCharsMax: 1_000,
  /** Documents of one `trust` frame, in base64url; one alone may be larger. */
  trustFrameCharsMax: 64 * 1024,
  /** After a close was sent, how long the other side may take to answer it. */
  closingMsMax: 2_000,
} as const;

/** WebSocket close codes (4000 to 4999 are ours). */
export const CloseCode = {
  goingAway: 1001,
  errors: 4400,
  signature: 4401,
  notAdmitted: 4403,
  timeout: 4408,
  /** Its ticket ended or was revoked: whoever comes back is judged anew. */
  ticketEnded: 4409,
  tooSlow: 4413,
  tooMany: 4429,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];
