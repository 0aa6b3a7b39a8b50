/**
 * One link to one neighbour from its first frame to its last: hellos, then lanes (step 4 of a
 * message's way). Sans-I/O: the link calls it, it calls the link. Before both hellos were checked
 * nothing else is sent or taken, and who was called says nothing to a stranger. Whatever the
 * neighbour sends ends in a typed reason, never in an exception.
 */
import { Lane, lanes } from '../../bundle/bundle.ts';
import { shortId } from '../../bytes/hex.ts';
import type { NeighbourStatus } from '../../node/api.ts';
import type { Timer } from '../../ports/clock.ts';
import type { CostClass, Link } from '../../ports/link.ts';
import type { NeighbourBudget } from '../budget.ts';
import {
  backlogStream,
  laneOfStream,
  liveStream,
  readFrame,
  streamCount,
} from '../frames/frame.ts';
import { FrameScheduler } from '../frames/frame-scheduler.ts';
import { StreamAssembler } from '../frames/stream-assembler.ts';
import type { SiteDocument } from '../host.ts';
import { PeerKnowledge } from '../knowledge/peer-knowledge.ts';
import { type SessionLane, sessionLane } from '../lane/session-lane.ts';
import {
  behaviourLimits,
  cloneLimits,
  frameLimits,
  messageLimits,
  sessionLimits,
} from '../limits.ts';
import type { Mesh, Neighbour, Traffic, Verdict } from '../mesh.ts';
import { type CloseReason, decodeBye, encodeBye } from '../messages/close-reason.ts';
import { MessageType } from '../messages/message-type.ts';
import { type LinksDigest, type NodeNumber, numberOf } from '../messages/node-links.ts';
import { decodePath, encodePath, type TreePath } from '../messages/path-message.ts';
import type { TreeLink } from '../ways/base-tree.ts';
import { BulkAsk } from './bulk-ask.ts';
import { type Greeted, Greeting, toldToMembers } from './greeting.ts';
import { LinksExchange } from './links-exchange.ts';
import { ReconcileSchedule } from './reconcile-schedule.ts';
import { TrustExchange } from './trust-exchange.ts';

export interface SessionEvents {
  /** The hellos were checked: bundles may pass. */
  onReady(session: ReplicationSession): void;
  /** The neighbour told its path to the root of the base tree. */
  onPath(session: ReplicationSession, path: TreePath): void;
  /** All lanes were reconciled for the first time. */
  onLive(session: ReplicationSession): void;
  /** It sends although a later run of the same node began a while ago. */
  onSecond(session: ReplicationSession): void;
  /** Once, whatever ended it; `reason` is undefined when the link itself closed. */
  onEnd(session: ReplicationSession, reason: CloseReason | undefined): void;
}

export interface SessionOptions {
  readonly budget: NeighbourBudget;
  readonly events: SessionEvents;
}

/** Why a member is believed no more; whatever else ends a greeting ends it at once. */
const heardOut: ReadonlySet<CloseReason> = new Set(['certificate-ended', 'revoked']);

/** By these a comparison of sets goes on. */
const comparing: ReadonlySet<number> = new Set([MessageType.digestAnswer, MessageType.reconcile]);

const linksStream = liveStream(Lane.normal);
const linksTypes: ReadonlySet<number> = new Set([MessageType.links, MessageType.linksDigest]);

const nobody: Greeted = {
  sessionKey: new Uint8Array(0),
  certificate: new Uint8Array(0),
  run: new Uint8Array(0),
};

export class ReplicationSession implements Neighbour, TreeLink {
  readonly link: Link;
  readonly knowledge: PeerKnowledge;
  readonly budget: NeighbourBudget;
  readonly traffic: Traffic = {
    bundlesSent: 0,
    bundlesReceived: 0,
    duplicatesReceived: 0,
    moved: false,
  };
  /** Set by the forwarder: of several links to one neighbour, the one that is used. */
  isUsed = false;
  isBase = false;
  /** When a link of a later run of the same node was ready beside this one. */
  supersededMs: number | undefined;
  readonly #mesh: Mesh;
  readonly #events: SessionEvents;
  readonly #scheduler: FrameScheduler;
  readonly #schedule: ReconcileSchedule;
  readonly #greeting: Greeting;
  readonly #trust: TrustExchange;
  readonly #links: LinksExchange;
  readonly #assemblers: readonly StreamAssembler[];
  readonly #sinceMs: number;
  /** Hello, path and bye, which go before all else. */
  readonly #own: Uint8Array[] = [];
  #greeted = nobody;
  /** Whether the own hello was shown. */
  #spoke = false;
  /** It is believed no more: nothing is taken but documents of the site, and not for long. */
  #isHeardOut = false;
  /** One for each lane once ready. */
  #lanes: readonly SessionLane[] = [];
  #bulk: BulkAsk | undefined;
  #saysBye = false;
  #ended = false;
  #reconciled = false;
  #helloTimer: Timer | undefined;
  #framesReceived = 0;
  #bytesReceived = 0;

  constructor(link: Link, mesh: Mesh, options: SessionOptions) {
    this.link = link;
    this.#mesh = mesh;
    this.knowledge = new PeerKnowledge(mesh.hashKey);
    this.budget = options.budget;
    this.#events = options.events;
    this.#scheduler = new FrameScheduler(link, mesh.clock, (stream) => this.#pull(stream));
    this.#schedule = new ReconcileSchedule({
      mesh,
      traffic: this.traffic,
      isDue: () => this.isUsed,
      begin: (lane) => this.#beginLane(lane),
      carriedBytes: () => this.#scheduler.bytesSent + this.#bytesReceived,
      onLost: () => this.end('stalled'),
    });
    this.#greeting = new Greeting(mesh, link);
    this.#trust = new TrustExchange(mesh, () => this.#wakeOwn());
    this.#links = new LinksExchange(mesh, this, () => this.wake(Lane.normal, false));
    this.#assemblers = Array.from({ length: streamCount }, (_, stream) => this.#assembler(stream));
    this.#sinceMs = mesh.clock.monotonicMs();
  }

  get key(): Uint8Array {
    return this.link.peerKey;
  }

  /** 16 bytes once ready; the same at both ends and different for every link. */
  get sessionKey(): Uint8Array {
    return this.#greeted.sessionKey;
  }

  /** The neighbour's, once ready. */
  get certificate(): Uint8Array {
    return this.#greeted.certificate;
  }

  /** 8 bytes that name the neighbour's run, once ready. */
  get run(): Uint8Array {
    return this.#greeted.run;
  }

  get isReady(): boolean {
    return this.#lanes.length > 0 && !this.#ended;
  }

  start(): void {
    const { clock } = this.#mesh;
    this.link.start({
      onFrame: (frame) => this.#onFrame(frame),
      onDrain: () => this.#scheduler.onDrain(),
      onClose: () => this.#finish(undefined),
    });
    if (this.link.maxFrameBytes < frameLimits.linkFrameBytesMin) {
      this.end('link-unfit');
      return;
    }
    this.#helloTimer = clock.after(sessionLimits.helloTimeoutMs, () => this.end('hello-timeout'));
    if (this.link.initiator) this.#sayHello();
  }

  #sayHello(): void {
    this.#spoke = true;
    this.#say(this.#greeting.message());
  }

  lane(lane: Lane): SessionLane | undefined {
    return this.#lanes[lane];
  }

  wake(lane: Lane, atOnce: boolean): void {
    this.#scheduler.wake(lane, atOnce);
  }

  get node(): NodeNumber {
    return numberOf(this.key);
  }

  tellLinks(node: NodeNumber): void {
    this.#links.tell(node);
  }

  tellLinksDigest(digest: LinksDigest): void {
    this.#links.tellDigest(digest);
  }

  get costClass(): CostClass {
    return this.link.costClass;
  }

  get isFrugal(): boolean {
    return this.link.costClass !== 'lan';
  }

  tellPath(path: TreePath): void {
    this.#say(encodePath(path));
  }

  setBase(isBase: boolean): void {
    const joins = isBase && !this.isBase;
    // A link that leaves the tree stays a branch until a duplicate shows that it may go.
    for (const { outbox } of this.#lanes) outbox.place(this.isBase && !isBase);
    this.isBase = isBase;
    if (joins) this.#mesh.ways.compare(this);
  }

  /** Reconciles all lanes, if this end is the one that does, and now rather than in a minute. */
  reconcile(): void {
    if (!this.isReady || !this.link.initiator) return;
    // Before anything else, and not in turn: what it brings may end this very link.
    this.#trust.compare();
    this.#schedule.begin();
  }

  /** A document of the site is new here. */
  tellDocument(document: SiteDocument): void {
    this.#trust.tell(document);
  }

  /** Ends the session for a reason, which the neighbour is told if a frame can still go. */
  end(reason: CloseReason): void {
    if (this.#ended) return;
    this.#saysBye = true;
    if (this.#spoke || toldToMembers.has(reason)) {
      this.#say(encodeBye(reason));
    }
    this.#finish(reason);
    this.link.close(reason);
  }

  /** `name` is filled in by the node. */
  status(): NeighbourStatus {
    const ready = this.isReady;
    const settled = this.#reconciled || !this.isUsed;
    return {
      nodeKey: ready ? this.key : undefined,
      name: '',
      costClass: this.link.costClass,
      state: !ready ? 'greeting' : settled ? 'live' : 'reconciling',
      sinceMonotonicMs: this.#sinceMs,
      framesSent: this.#scheduler.framesSent,
      framesReceived: this.#framesReceived,
      bytesSent: this.#scheduler.bytesSent,
      bytesReceived: this.#bytesReceived,
      bundlesSent: this.traffic.bundlesSent,
      bundlesReceived: this.traffic.bundlesReceived,
      duplicatesReceived: this.traffic.duplicatesReceived,
      queuedBytes: { 0: this.#queuedBytes(0), 1: this.#queuedBytes(1), 2: this.#queuedBytes(2) },
    };
  }

  #say(message: Uint8Array | undefined): void {
    if (message === undefined) return;
    this.#own.push(message);
    this.#wakeOwn();
  }

  /** What is the session's own, and not a lane's, goes with what is urgent. */
  #wakeOwn(): void {
    this.#scheduler.wake(lanes[0]!, true);
  }

  #queuedBytes(lane: Lane): number {
    const underWay =
      this.#scheduler.waitingBytes(liveStream(lane)) +
      this.#scheduler.waitingBytes(backlogStream(lane));
    return underWay + (this.#lanes[lane]?.outbox.queuedBytes ?? 0);
  }

  #pull(stream: number): Uint8Array | undefined {
    if (stream === liveStream(0)) {
      const own = this.#own.shift();
      if (own !== undefined) return own;
    }
    if (this.#saysBye) return undefined;
    const outbox = this.#lanes[laneOfStream(stream)]?.outbox;
    const trust = outbox || this.#isHeardOut ? this.#pullTrust(stream) : undefined;
    if (trust !== undefined || outbox === undefined) return trust;
    const links = stream === linksStream ? this.#links.pull() : undefined;
    if (links !== undefined) return links;
    return stream === liveStream(laneOfStream(stream)) ? outbox.pullLive() : outbox.pullBacklog();
  }

  /** Documents may be long: they go beside what is urgent, and before everything else. */
  #pullTrust(stream: number): Uint8Array | undefined {
    if (stream === liveStream(0)) return this.#trust.pullSummary();
    if (this.#isHeardOut) return undefined;
    return stream === backlogStream(0) ? this.#trust.pullDocument() : undefined;
  }

  #assembler(stream: number): StreamAssembler {
    const live = stream === liveStream(laneOfStream(stream));
    const bytesMax = live ? messageLimits.liveBytesMax : messageLimits.backlogBytesMax;
    return new StreamAssembler(bytesMax, (message) => {
      const verdict = this.#onMessage(stream, message);
      if (verdict !== undefined) this.end(verdict);
      return !this.#ended;
    });
  }

  #onFrame(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#framesReceived += 1;
    this.#bytesReceived += bytes.length;
    if (this.#isSecond()) {
      this.#events.onSecond(this);
      return;
    }
    const frame = readFrame(bytes);
    const assembler = frame && this.#assemblers[frame.stream];
    const taken = frame?.single ? assembler?.single(frame.body) : assembler?.push(frame!.body);
    if (taken !== true) this.end('malformed');
  }

  #isSecond(): boolean {
    if (this.supersededMs === undefined) return false;
    return this.#mesh.clock.monotonicMs() - this.supersededMs > cloneLimits.overlapMs;
  }

  #onMessage(stream: number, message: Uint8Array): Verdict {
    const type = message[0];
    if (this.#isHeardOut) return this.#onLastWords(stream, message);
    if (stream === liveStream(0)) {
      if (type === MessageType.bye) return this.#onBye(message);
      if (!this.isReady) return this.#onHello(message);
      if (type === MessageType.path) return this.#onPath(message);
      if (type === MessageType.trustSummary) return this.#onSummary(message);
      if (type === MessageType.askBulk) return this.#onAskBulk(message);
    }
    const lane = this.#lanes[laneOfStream(stream)];
    // Nothing is taken before the hello.
    if (lane === undefined) return 'malformed';
    if (stream === backlogStream(0) && type === MessageType.trustDocument) {
      return this.#trust.onDocument(message);
    }
    if (stream === linksStream && linksTypes.has(type!)) return this.#onLinks(message);
    if (comparing.has(type!)) this.#schedule.onHeard();
    const live = stream === liveStream(laneOfStream(stream));
    return live ? lane.inbox.onLive(message) : lane.inbox.onBacklog(message);
  }

  #onHello(message: Uint8Array): Verdict {
    const judged = this.#greeting.judge(message);
    if (!judged.ok)
      return heardOut.has(judged.reason) ? this.#hearOut(judged.reason) : judged.reason;
    this.#helloTimer?.cancel();
    this.#greeted = judged.value;
    if (!this.#spoke) this.#sayHello();
    this.#lanes = lanes.map((lane) =>
      sessionLane(lane, {
        mesh: this.#mesh,
        neighbour: this,
        key: this.sessionKey,
        begins: this.link.initiator,
        onReconciled: (done, differed) => this.#onReconciled(done, differed),
      }),
    );
    this.#bulk = new BulkAsk(this.#mesh, this, this.#lanes);
    this.#say(this.#bulk.question());
    this.#events.onReady(this);
    return undefined;
  }

  #onAskBulk(message: Uint8Array): Verdict {
    if (message.length !== 1) return 'malformed';
    if (!this.#spendControl(message)) return 'misbehaving';
    if (this.#bulk!.onAsked()) this.reconcile();
    return undefined;
  }

  /**
   * A member that was shut out, as far as this node knows: it may have been done with a stolen
   * admin key, and this be the one who brings the root's word against that.
   */
  #hearOut(reason: CloseReason): Verdict {
    this.#isHeardOut = true;
    this.#helloTimer?.cancel();
    const { clock } = this.#mesh;
    this.#helloTimer = clock.after(sessionLimits.hearOutMs, () => this.end(reason));
    if (!this.#spoke) this.#sayHello();
    this.#trust.compare();
    return undefined;
  }

  /** What it says besides is passed over: it may take itself for a neighbour. */
  #onLastWords(stream: number, message: Uint8Array): Verdict {
    const type = message[0];
    if (stream === liveStream(0) && type === MessageType.bye) return this.#onBye(message);
    if (stream === liveStream(0) && type === MessageType.trustSummary) {
      return this.#onSummary(message);
    }
    const isDocument = stream === backlogStream(0) && type === MessageType.trustDocument;
    return isDocument ? this.#trust.onDocument(message) : undefined;
  }

  #onPath(message: Uint8Array): Verdict {
    const path = decodePath(message, this.key);
    if (path === undefined) return 'malformed';
    if (!this.#spendControl(message)) return 'misbehaving';
    this.#events.onPath(this, path);
    return undefined;
  }

  #onSummary(message: Uint8Array): Verdict {
    return this.#spendControl(message) ? this.#trust.onSummary(message) : 'misbehaving';
  }

  #onLinks(message: Uint8Array): Verdict {
    if (!this.#spendControl(message)) return 'misbehaving';
    return this.#links.onMessage(message);
  }

  #spendControl(message: Uint8Array): boolean {
    return this.budget.spendControl(message.length, this.#mesh.clock.monotonicMs());
  }

  /** Beliefs, and what is known of links, are compared with every round of reconciliation. */
  #beginLane(lane: Lane): void {
    if (lane === lanes[0]) {
      this.#trust.compare();
      this.#mesh.ways.compare(this);
    }
    if (!this.#bulk!.isCompared(lane)) {
      this.#onReconciled(lane, false);
      return;
    }
    const verdict = this.#lanes[lane]!.reconcile.begin();
    if (verdict !== undefined) this.end(verdict);
  }

  #onBye(message: Uint8Array): Verdict {
    const reason = decodeBye(message);
    if (reason === undefined) return 'malformed';
    this.#log('neighbour said bye', reason);
    this.#finish(undefined);
    this.link.close(`bye: ${reason}`);
    return undefined;
  }

  #onReconciled(lane: Lane, differed: boolean): void {
    const isVain = this.#bulk!.staysDifferent(lane);
    if (this.link.initiator) this.#schedule.onDone(lane, differed && !isVain);
    if (lane !== this.#bulk!.lastLane || this.#reconciled) return;
    this.#reconciled = true;
    this.#events.onLive(this);
  }

  #finish(reason: CloseReason | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#helloTimer?.cancel();
    this.#scheduler.stop();
    this.#schedule.stop();
    this.#links.stop();
    for (const { reconcile } of this.#lanes) reconcile.stop();
    if (reason === 'malformed' || reason === 'peer-lies' || reason === 'misbehaving') {
      this.budget.spendFaults(behaviourLimits.endFaults, this.#mesh.clock.monotonicMs());
    }
    if (reason !== undefined) this.#log('session ended', reason);
    this.#events.onEnd(this, reason);
  }

  #log(event: string, reason: string): void {
    this.#mesh.logger.info(event, { peer: shortId(this.key), reason });
  }
}
