/**
 * The desk of a member node, where the codes of an admin's invites are awaited: what a blank node
 * posts is handed to the admin (a phone's socket, or the command line), who alone can read it. And
 * the way out: an admin's messages to a blank node in reach. No step of a message's way; it sees
 * ciphertext and keeps nothing on disk.
 */
import { type Clock, MusterError, toHex } from '@muster/core';
import { claimHttpLimits } from './limits.ts';
import { byBluetooth, nearAddress } from './near-address.ts';
import { type ClaimPost, type PostAnswer, type PostFault, postClaim } from './post.ts';
import { type ClaimMessage, ClaimSessions, type ClaimSink, type SinkAnswer } from './sessions.ts';

/** Hands a message to the blank box near that has its code; never rejects. */
export type PostByRadio = (post: Omit<ClaimPost, 'to'>) => Promise<PostAnswer>;

export class ClaimDesk {
  /** Set where there is Bluetooth. */
  postByRadio: PostByRadio = async () => ({ kind: 'unreachable', claimants: [] });
  readonly #clock: Clock;
  readonly #sessions: ClaimSessions;
  /** By claim id in hex. */
  readonly #open = new Map<string, ClaimSink>();
  /** Told when claims begin or cease to be awaited. */
  onChange: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sessions = new ClaimSessions(clock);
  }

  /** Claim ids that are awaited, in hex. */
  waiting(): readonly string[] {
    return [...this.#open.keys()];
  }

  /**
   * Awaits a claim (8 bytes) until the returned function is called. A later one for the same claim
   * takes over: an admin's phone that was away comes back with a new socket.
   */
  open(claimId: Uint8Array, sink: ClaimSink): () => void {
    const id = toHex(claimId);
    if (!this.#open.has(id) && this.#open.size >= claimHttpLimits.openMax) {
      const mend = 'Withdraw those that are not needed any more, or use another node.';
      throw new MusterError('claims-full', 'As many invites are awaited here as may be', mend);
    }
    this.#sessions.forget(id);
    this.#open.set(id, sink);
    this.onChange();
    return () => {
      if (this.#open.get(id) !== sink) return;
      this.#open.delete(id);
      this.#sessions.forget(id);
      this.onChange();
    };
  }

  /** A message for the claim with this id (hex); `unknown` when nobody awaits it here. */
  async take(id: string, message: ClaimMessage): Promise<SinkAnswer | 'busy' | 'unknown'> {
    const sink = this.#open.get(id);
    return sink ? this.#sessions.take({ id, sink }, message) : 'unknown';
  }

  /** Hands an admin's message to a blank node (`host:port`, or `bluetooth`); `later`: again. */
  async reach(given: {
    readonly address: string;
    readonly claimId: Uint8Array;
    readonly session: string;
    readonly message: Uint8Array;
  }): Promise<Uint8Array | 'later'> {
    const { address, claimId, session, message } = given;
    const answer = await this.#post(address, { claimId, session, message });
    if (answer.kind === 'message') return answer.message;
    if (answer.kind === 'later') return 'later';
    const { kind, claimants } = answer;
    const isOnAir = address === byBluetooth;
    const [text, mend] = isOnAir && kind === 'unreachable' ? nobodyOnAir : faultTexts[kind];
    const by = claimants.length > 0 ? ` (by ${claimants.join(', ')})` : '';
    const where = isOnAir ? 'by Bluetooth' : `at ${address}`;
    throw new MusterError(`claim-${kind}`, `${text} ${where}${by}`, mend);
  }

  async #post(address: string, post: Omit<ClaimPost, 'to'>): Promise<PostAnswer> {
    if (address === byBluetooth) return this.postByRadio(post);
    const to = nearAddress(address);
    if (to) return postClaim(this.#clock, { to, ...post });
    const mend = 'Give it as in 192.168.1.5:8080; only nodes in the local network are reached.';
    throw new MusterError('address-wrong', `${address.slice(0, 80)} is no such address`, mend);
  }

  stop(): void {
    this.#open.clear();
  }
}

const nobodyOnAir = [
  'No box with this code answers',
  'Take it near this node, see that it is on and waits to be claimed, and scan its code again.',
] as const;

const faultTexts: Readonly<Record<PostFault, readonly [text: string, mend: string]>> = {
  unreachable: ['No blank node answers', 'See that it is switched on and in the same network.'],
  'not-awaited': ['This code is not that of the node', 'Scan the code that this very node shows.'],
  busy: ['The node is being claimed by others', 'Wait a few seconds and try again.'],
  used: ['The code was used already', 'Find out by whom; reset the node to claim it anew.'],
  ended: ['The claim is over', 'Begin again.'],
};
