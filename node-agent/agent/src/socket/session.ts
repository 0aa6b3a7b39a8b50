/**
 * One client's session: steps 1 to 3 from the node's side. It reads what the client says, asks the
 * node, and answers; all its state is bounded. It knows no socket library and no other session.
 * Never trusts a word before it was checked, and never lets one client's slowness grow a buffer.
 */
import {
  bytesKey,
  type Clock,
  type Crypto,
  type NodeApi,
  type PutAnswer,
  type Random,
  type ReadBundle,
  retryLater,
  roleLimits,
  TokenBucket,
  toBase64url,
} from '@muster/core';
import { CatchUp } from './catch-up.ts';
import {
  type ClientMessage,
  type FollowRequest,
  type PageRequest,
  type PutRequest,
  readClientMessage,
  type SessionRequest,
} from './client-message.ts';
import { dropTexts } from './drop-text.ts';
import { CloseCode, socketLimits } from './limits.ts';
import { type Admission, type Identity, judgeOpening } from './opening.ts';
import { readPage } from './page.ts';
import { roleName } from './wire-form.ts';

/** The socket under a session, whatever library it is made of. */
export interface ClientSocket {
  /** Bytes handed over and not sent yet. */
  readonly waitingBytes: number;
  /** `onSent` is called once the frame has left or the socket is closed. */
  send(frame: string, onSent?: () => void): void;
  close(code: CloseCode, reason: string): void;
}

/** What a session tells those around it. */
export interface SessionEvents {
  onOpen(session: Session): void;
  onFollow(session: Session, tagKey: string): void;
  onUnfollow(session: Session, tagKey: string): void;
  /** Its client put this bundle; it wants to hear which further nodes hold it. */
  onPut(session: Session, idKey: string): void;
  onForget(session: Session, idKey: string): void;
}

export interface SessionOptions {
  readonly node: NodeApi;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly identity: Identity;
  readonly socket: ClientSocket;
  readonly events: SessionEvents;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #nonce: Uint8Array;
  readonly #rate: TokenBucket;
  readonly #madeAtMs: number;
  readonly #follows = new Map<string, CatchUp | undefined>();
  readonly #watched = new Set<string>();
  #admission: Admission | undefined;
  #name = '';
  #heardAtMs: number;
  #pingedAtMs: number;
  #pings = 0;
  #errors = 0;
  #pendingPuts = 0;
  #closed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#nonce = options.random.bytes(32);
    this.#madeAtMs = options.clock.monotonicMs();
    this.#heardAtMs = this.#madeAtMs;
    this.#pingedAtMs = this.#madeAtMs;
    this.#rate = new TokenBucket(socketLimits.messageRate, this.#madeAtMs);
  }

  start(): void {
    const { nodeKey, site } = this.#options.identity;
    this.#send({
      type: 'challenge',
      nonce: toBase64url(this.#nonce),
      nodeKey: toBase64url(nodeKey),
      site: toBase64url(site),
    });
  }

  /** Undefined until the session is open. */
  get person(): { readonly device: Uint8Array; readonly name: string } | undefined {
    return this.#admission && { device: this.#admission.device, name: this.#name };
  }

  /** A whole text frame came. */
  onFrame(frame: string): void {
    if (this.#closed) return;
    const nowMs = this.#options.clock.monotonicMs();
    this.#heardAtMs = nowMs;
    if (!this.#rate.has(socketLimits.messageRate, nowMs)) {
      this.close(CloseCode.tooMany, 'too many messages');
      return;
    }
    this.#rate.take();
    const read = readClientMessage(frame);
    if (!read.ok) this.#refuse(read.reason, read.message, read.ref);
    else if (this.#admission) this.#onMessage(read.value, this.#admission);
    else this.#onEarlyMessage(read.value);
  }

  /** The socket is gone, from whichever side. */
  onClosed(): void {
    this.#closed = true;
    const { events } = this.#options;
    for (const [tagKey, catchUp] of this.#follows) {
      catchUp?.stop();
      events.onUnfollow(this, tagKey);
    }
    for (const idKey of this.#watched) events.onForget(this, idKey);
    this.#follows.clear();
    this.#watched.clear();
  }

  close(code: CloseCode, reason: string): void {
    if (!this.#closed) this.#options.socket.close(code, reason);
    this.onClosed();
  }

  /** Looks at the time: opening, silence, pings. Called every tickMs. */
  tick(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const isOpening = !this.#admission && nowMs - this.#madeAtMs >= socketLimits.openingMsMax;
    if (isOpening || nowMs - this.#heardAtMs >= socketLimits.silenceMsMax) {
      this.close(CloseCode.timeout, isOpening ? 'no session opened' : 'silence');
    } else if (nowMs - this.#pingedAtMs >= socketLimits.pingEveryMs) {
      this.#pingedAtMs = nowMs;
      this.#pings += 1;
      this.#send({ type: 'ping', n: this.#pings });
    }
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
    const catchUp = this.#follows.get(tagKey);
    return this.#follows.has(tagKey) && !catchUp?.willReach(bundle.orderKey);
  }

  onHeld(id: Uint8Array, nodes: number): void {
    this.#send({ type: 'held', id: toBase64url(id), nodes });
  }

  #onEarlyMessage(message: ClientMessage): void {
    if (message.type === 'session') this.#open(message);
    else if (message.type === 'ping') this.#send({ type: 'pong', n: message.n });
    else if (message.type !== 'pong') this.#refuse('not-open', 'open the session first');
  }

  #onMessage(message: ClientMessage, admission: Admission): void {
    switch (message.type) {
      case 'put':
        this.#put(message, admission);
        break;
      case 'follow':
        this.#follow(message);
        break;
      case 'unfollow':
        this.#unfollow(bytesKey(message.tag));
        break;
      case 'page':
        this.#page(message);
        break;
      case 'ping':
        this.#send({ type: 'pong', n: message.n });
        break;
      case 'pong':
        break;
      case 'session':
        this.#refuse('already-open', 'the session is open');
        break;
    }
  }

  #open(request: SessionRequest): void {
    const { crypto, node, identity, clock, events } = this.#options;
    const challenge = { identity, nonce: this.#nonce };
    const judged = judgeOpening(request, challenge, { crypto, node });
    if (!judged.ok) {
      const forged = judged.reason === 'signature-wrong';
      const message = forged
        ? 'the challenge was not signed by this device key'
        : 'this node admits no more guests now';
      this.#send({ type: 'error', code: judged.reason, message });
      this.close(forged ? CloseCode.signature : CloseCode.notAdmitted, judged.reason);
      return;
    }
    this.#admission = judged.value;
    this.#name = request.name;
    const { device, ticket, role } = judged.value;
    const { unixMs, quality: clockQuality } = clock.wall();
    this.#send({
      type: 'welcome',
      ticket: toBase64url(ticket),
      role: roleName(role),
      ...node.author(device),
      unixMs,
      clockQuality,
    });
    events.onOpen(this);
  }

  #put(request: PutRequest, { ticket, role }: Admission): void {
    const { ref, signed, signature, ageMs } = request;
    const answer = (given: PutAnswer): void => {
      if (given.ok) {
        this.#watch(bytesKey(given.id));
        this.#send({ type: 'held', id: toBase64url(given.id), nodes: given.nodes, ref });
        return;
      }
      const { reason } = given;
      const retry = retryLater.has(reason);
      const retryAfterMs = Math.ceil(60_000 / roleLimits[role].bundlesPerMinute);
      const wait = reason === 'quota-author' ? { retryAfterMs } : {};
      const message = dropTexts[reason];
      this.#send({ type: 'refused', ref, reason, retry, ...wait, message });
    };
    if (this.#pendingPuts >= socketLimits.pendingPutsMax) {
      answer({ ok: false, reason: 'busy' });
      return;
    }
    this.#pendingPuts += 1;
    const carried = { signed, signature, ageMs, hops: 0, ticket: request.ticket ?? ticket };
    this.#options.node.put(carried, (given) => {
      this.#pendingPuts -= 1;
      if (!this.#closed) answer(given);
    });
  }

  #watch(idKey: string): void {
    const { events } = this.#options;
    if (this.#watched.has(idKey)) return;
    if (this.#watched.size >= socketLimits.watchedPutsMax) {
      const [oldest] = this.#watched;
      this.#watched.delete(oldest!);
      events.onForget(this, oldest!);
    }
    this.#watched.add(idKey);
    events.onPut(this, idKey);
  }

  #follow(request: FollowRequest): void {
    const tagKey = bytesKey(request.tag);
    if (!this.#follows.has(tagKey) && this.#follows.size >= socketLimits.followsMax) {
      this.#refuse('follows-full', `at most ${socketLimits.followsMax} tags a session`);
      return;
    }
    this.#unfollow(tagKey);
    const { node, clock, events } = this.#options;
    const send = (frame: string, onSent: () => void): void => this.sendFrame(frame, onSent);
    const { after } = request;
    const catchUp = after && new CatchUp({ node, clock, request, send }, after);
    this.#follows.set(tagKey, catchUp);
    events.onFollow(this, tagKey);
    catchUp?.start();
  }

  #unfollow(tagKey: string): void {
    if (!this.#follows.has(tagKey)) return;
    this.#follows.get(tagKey)?.stop();
    this.#follows.delete(tagKey);
    this.#options.events.onUnfollow(this, tagKey);
  }

  #page(request: PageRequest): void {
    const { items, end } = readPage(this.#options.node, request);
    const tag = toBase64url(request.tag);
    const head = JSON.stringify({ type: 'page', ref: request.ref, tag, end });
    this.sendFrame(`${head.slice(0, -1)},"items":[${items.join(',')}]}`);
  }

  #refuse(code: string, message: string, ref?: string): void {
    this.#errors += 1;
    this.#send({ type: 'error', code, message, ...(ref === undefined ? {} : { ref }) });
    if (this.#errors >= socketLimits.errorsMax) this.close(CloseCode.errors, 'too many errors');
  }

  #send(message: Readonly<Record<string, unknown>>): void {
    this.sendFrame(JSON.stringify(message));
  }
}
