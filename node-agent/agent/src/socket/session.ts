/**
 * One client's session: steps 1 to 3 from the node's side. It reads what the client says, asks the
 * node, and answers; all its state is bounded. It knows no socket library and no other session.
 * Never trusts a word before it was checked, and never lets one client's slowness grow a buffer.
 */
import {
  type Clock,
  type Crypto,
  forgedReasons,
  type NodeApi,
  type PutAnswer,
  type Random,
  type ReadBundle,
  Role,
  TokenBucket,
  toBase64url,
} from '@muster/core';
import type { GuestDoor } from '../admin/guest-door.ts';
import type { ActRequest } from './admin-message.ts';
import { type ClientMessage, readClientMessage, type SessionRequest } from './client-message.ts';
import { Keepalive } from './keepalive.ts';
import { CloseCode, socketLimits } from './limits.ts';
import {
  type Admission,
  admitGuest,
  type Identity,
  judgeOpening,
  openingFaultTexts,
} from './opening.ts';
import { type PutText, SessionPuts } from './session-puts.ts';
import { SessionReads } from './session-reads.ts';
import type { StaffDesk } from './staff-desk.ts';
import { type TurnedAway, turnedAwayTexts, type Waiter } from './waiting-room.ts';
import { roleName } from './wire-form.ts';

/** The socket under a session, whatever library it is made of. */
export interface ClientSocket {
  /** Bytes handed over and not sent yet. */
  readonly waitingBytes: number;
  /** Whose limits count: one IPv4 address, or the /64 of an IPv6 one. */
  readonly address: string;
  /** `onSent` is called once the frame has left or the socket is closed. */
  send(frame: string, onSent?: () => void): void;
  close(code: CloseCode, reason: string): void;
}

/** What a session tells those around it. */
export interface SessionEvents {
  onOpen(session: Session): void;
  /** Its device has to wait until staff let it in; it is told of by the room. */
  onWait(session: Session): void;
  onFollow(session: Session, tagKey: string): void;
  onUnfollow(session: Session, tagKey: string): void;
  /** Its client put this bundle; it wants to hear which further nodes hold it. */
  onPut(session: Session, idKey: string): void;
  onForget(session: Session, idKey: string): void;
  /** Its page shows who is near, or does so no more. */
  onNearbyWatch(session: Session, isWatched: boolean): void;
}

export interface SessionOptions {
  readonly node: NodeApi;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly identity: Identity;
  readonly socket: ClientSocket;
  readonly events: SessionEvents;
  readonly door: Pick<GuestDoor, 'judge'>;
  readonly desk: StaffDesk;
  /** Tags that only staff and admins may read, as keys. */
  readonly staffTags: ReadonlySet<string>;
}

export class Session implements Waiter {
  readonly #options: SessionOptions;
  readonly #nonce: Uint8Array;
  readonly #rate: TokenBucket;
  readonly #keepalive: Keepalive;
  readonly #reads: SessionReads;
  readonly #puts: SessionPuts;
  /** Refs of acts whose answer goes to the desk too; at most pendingPutsMax. */
  readonly #acts = new Set<string>();
  #admission: Admission | undefined;
  /** Of a guest who has to wait. */
  #waiting: SessionRequest | undefined;
  #name = '';
  #passkey = '';
  #errors = 0;
  #forged = 0;
  #closed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#nonce = options.random.bytes(32);
    const nowMs = options.clock.monotonicMs();
    this.#keepalive = new Keepalive(nowMs);
    this.#rate = new TokenBucket(socketLimits.messageRate, nowMs);
    const { node, clock, staffTags, events } = options;
    this.#reads = new SessionReads({
      ...{ node, clock, staffTags, reader: this },
      onFollow: (tagKey) => events.onFollow(this, tagKey),
      onUnfollow: (tagKey) => events.onUnfollow(this, tagKey),
    });
    this.#puts = new SessionPuts({
      node,
      onAnswer: (ref, answer, text) => this.#onPutAnswer(ref, answer, text),
      onWatch: (idKey) => events.onPut(this, idKey),
      onForget: (idKey) => events.onForget(this, idKey),
    });
  }

  start(): void {
    const { nodeKey, site } = this.#options.identity;
    this.send({
      type: 'challenge',
      nonce: toBase64url(this.#nonce),
      nodeKey: toBase64url(nodeKey),
      site: toBase64url(site),
    });
  }

  /** Undefined until the session is open. */
  get admission(): Admission | undefined {
    return this.#admission;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Whether it sees what admins see: an admin's own session, or a sign-in by passkey. */
  get mayWatch(): boolean {
    const isAdmin = this.#admission?.role === Role.admin;
    return isAdmin || (this.#passkey !== '' && this.#options.desk.mayWatch(this.#passkey));
  }

  get device(): Uint8Array {
    return this.#admission?.device ?? this.#waiting?.device ?? noDevice;
  }

  get name(): string {
    return this.#name;
  }

  get address(): string {
    return this.#options.socket.address;
  }

  mustWait(): boolean {
    const judged = this.#options.door.judge('');
    return !judged.ok && judged.reason === 'approval-needed';
  }

  comeAgain(): void {
    const judged = this.#options.door.judge('');
    if (judged.ok) this.letIn();
    else this.#turnDown(judged.reason, openingFaultTexts[judged.reason]);
  }

  letIn(): void {
    const request = this.#waiting;
    if (!request || this.#closed) return;
    this.#waiting = undefined;
    const admitted = admitGuest(request.device, this.#options.node);
    if (admitted.ok) this.#welcome(admitted.value);
    else this.#turnDown(admitted.reason, openingFaultTexts[admitted.reason]);
  }

  turnAway(reason: TurnedAway): void {
    this.#turnDown(reason, turnedAwayTexts[reason]);
  }

  tellPlace(place: number): void {
    this.send({ type: 'waiting', place });
  }

  /** An act is a put whose answer the desk hears too. */
  putAct(request: ActRequest): void {
    if (!this.#admission) return;
    this.#acts.add(request.ref);
    this.#puts.put(request, this.#admission);
  }

  /** A whole text frame came. */
  onFrame(frame: string): void {
    if (this.#closed) return;
    const nowMs = this.#options.clock.monotonicMs();
    this.#keepalive.heard(nowMs);
    if (!this.#rate.has(socketLimits.messageRate, nowMs)) {
      this.close(CloseCode.tooMany, 'too many messages');
      return;
    }
    this.#rate.take();
    const read = readClientMessage(frame);
    if (!read.ok) this.refuse(read.reason, read.message, read.ref);
    else if (this.#admission) this.#onMessage(read.value, this.#admission);
    else this.#onEarlyMessage(read.value);
  }

  /** The socket is gone, from whichever side. */
  onClosed(): void {
    this.#closed = true;
    this.#reads.close();
    this.#puts.close();
  }

  close(code: CloseCode, reason: string): void {
    if (!this.#closed) this.#options.socket.close(code, reason);
    this.onClosed();
  }

  /** Looks at the time: opening, silence, pings. Called every tickMs. */
  tick(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const due = this.#keepalive.look(nowMs, !this.#admission && !this.#waiting);
    if (due === 'ping') this.send({ type: 'ping', n: this.#keepalive.pings });
    else if (due !== undefined) this.close(CloseCode.timeout, due);
  }

  /** A frame made once for many sessions. */
  sendFrame(frame: string, onSent?: () => void): void {
    if (this.#closed) return;
    const { socket } = this.#options;
    if (socket.waitingBytes > socketLimits.waitingBytesMax) {
      this.close(CloseCode.tooSlow, 'reads too slowly');
    } else socket.send(frame, onSent);
  }

  /** Whether a new bundle of a followed tag has to be sent now, or will be paged to. */
  wantsNow(tagKey: string, bundle: ReadBundle): boolean {
    return this.#reads.wantsNow(tagKey, bundle);
  }

  onHeld(id: Uint8Array, nodes: number): void {
    this.send({ type: 'held', id: toBase64url(id), nodes });
  }

  #onEarlyMessage(message: ClientMessage): void {
    if (message.type === 'session' && !this.#waiting) this.#open(message);
    else if (message.type === 'ping') this.send({ type: 'pong', n: message.n });
    else if (message.type !== 'pong') this.refuse('not-open', 'open the session first');
  }

  #onMessage(message: ClientMessage, admission: Admission): void {
    switch (message.type) {
      case 'put':
        this.#puts.put(message, admission);
        break;
      case 'follow':
        this.#reads.follow(message);
        break;
      case 'unfollow':
        this.#reads.unfollow(message.tag);
        break;
      case 'page':
        this.#reads.page(message);
        break;
      case 'nearby-watch':
      case 'nearby-unwatch':
        this.#options.events.onNearbyWatch(this, message.type === 'nearby-watch');
        break;
      case 'ping':
        this.send({ type: 'pong', n: message.n });
        break;
      case 'pong':
        break;
      case 'session':
        this.refuse('already-open', 'the session is open');
        break;
      default:
        this.#options.desk.onMessage(this, message);
    }
  }

  #open(request: SessionRequest): void {
    const { crypto, node, identity, events, door } = this.#options;
    const challenge = { identity, nonce: this.#nonce };
    const judged = judgeOpening(request, challenge, { crypto, node, door });
    this.#name = request.name;
    this.#passkey = request.passkey;
    if (judged.ok) this.#welcome(judged.value);
    else if (judged.reason === 'approval-needed') {
      this.#waiting = request;
      const { reason: code } = judged;
      this.send({ type: 'error', code, message: openingFaultTexts[code] });
      events.onWait(this);
    } else this.#turnDown(judged.reason, openingFaultTexts[judged.reason]);
  }

  #turnDown(code: string, message: string): void {
    this.send({ type: 'error', code, message });
    const isForged = code === 'signature-wrong';
    this.close(isForged ? CloseCode.signature : CloseCode.notAdmitted, code);
  }

  #welcome(admission: Admission): void {
    const { node, clock, events } = this.#options;
    this.#admission = admission;
    const { device, ticket, role } = admission;
    const { unixMs, quality: clockQuality } = clock.wall();
    this.send({
      type: 'welcome',
      ticket: toBase64url(ticket),
      role: roleName(role),
      ...node.author(device),
      unixMs,
      clockQuality,
    });
    events.onOpen(this);
  }

  #onPutAnswer(ref: string, answer: PutAnswer, { retry, retryAfterMs, message }: PutText): void {
    if (answer.ok) {
      this.send({ type: 'held', id: toBase64url(answer.id), nodes: answer.nodes, ref });
    } else {
      const { reason } = answer;
      const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
      this.send({ type: 'refused', ref, reason, retry, ...wait, message });
    }
    if (this.#acts.delete(ref)) this.#options.desk.onActAnswer(this, ref, answer);
    if (!answer.ok && forgedReasons.has(answer.reason)) this.#onForged();
  }

  #onForged(): void {
    this.#forged += 1;
    if (this.#forged >= socketLimits.forgedMax) this.close(CloseCode.errors, 'wrong signatures');
  }

  /** Something that the client said is not right. */
  refuse(code: string, message: string, ref?: string): void {
    this.#errors += 1;
    this.send({ type: 'error', code, message, ...(ref === undefined ? {} : { ref }) });
    if (this.#errors >= socketLimits.errorsMax) this.close(CloseCode.errors, 'too many errors');
  }

  send(message: Readonly<Record<string, unknown>>): void {
    this.sendFrame(JSON.stringify(message));
  }
}

const noDevice = new Uint8Array(0);
