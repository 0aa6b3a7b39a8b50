/**
 * One link to one neighbour from its first frame to its last: hellos, then lanes (step 4 of a
 * message's way). Sans-I/O: the link calls it, it calls the link. Before both hellos were checked
 * nothing else is sent or taken, and who was called says nothing to a stranger. Whatever the
 * neighbour sends ends in a typed reason, never in an exception.
 */
import { type Lane, lanes } from '../../bundle/bundle.ts';
import { shortId } from '../../bytes/hex.ts';
import type { NeighbourStatus } from '../../node/api.ts';
import type { CostClass, Link } from '../../ports/link.ts';
import type { NeighbourBudget } from '../budget.ts';
import { backlogStream, laneOfStream, liveStream } from '../frames/frame.ts';
import { FrameAssembler } from '../frames/frame-assembler.ts';
import { FrameScheduler } from '../frames/frame-scheduler.ts';
import type { SiteDocument } from '../host.ts';
import { PeerKnowledge } from '../knowledge/peer-knowledge.ts';
import { type SessionLane, sessionLane } from '../lane/session-lane.ts';
import { behaviourLimits, cloneLimits, frameLimits } from '../limits.ts';
import type { Mesh, Neighbour, Traffic, Verdict } from '../mesh.ts';
import { type CloseReason, decodeBye, encodeBye } from '../messages/close-reason.ts';
import { MessageType } from '../messages/message-type.ts';
import { type LinksDigest, type NodeNumber, numberOf } from '../messages/node-links.ts';
import type { TreePath } from '../messages/path-message.ts';
import type { TreeLink } from '../ways/base-tree.ts';
import { BulkAsk } from './bulk-ask.ts';
import { ControlChannel, controlStream, isControl } from './control-channel.ts';
import { Greeting } from './greeting.ts';
import { ReconcileSchedule } from './reconcile-schedule.ts';

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

/** By these a comparison of sets goes on. */
const comparing: ReadonlySet<number> = new Set([MessageType.digestAnswer, MessageType.reconcile]);

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
  readonly #control: ControlChannel;
  readonly #assembler: FrameAssembler;
  readonly #sinceMs: number;
  /** One for each lane once ready. */
  #lanes: readonly SessionLane[] = [];
  #bulk: BulkAsk | undefined;
  #saysBye = false;
  #ended = false;
  #reconciled = false;

  constructor(link: Link, mesh: Mesh, { budget, events }: SessionOptions) {
    this.link = link;
    this.#mesh = mesh;
    this.knowledge = new PeerKnowledge(mesh.hashKey);
    this.budget = budget;
    this.#events = events;
    this.#scheduler = new FrameScheduler(link, mesh.clock, (stream) => this.#pull(stream));
    this.#assembler = new FrameAssembler((stream, message) => this.#take(stream, message));
    this.#schedule = new ReconcileSchedule({
      mesh,
      traffic: this.traffic,
      isDue: () => this.isUsed,
      begin: (lane) => this.#beginLane(lane),
      carriedBytes: () => this.#scheduler.bytesSent + this.#assembler.bytesReceived,
      onLost: () => this.end('stalled'),
    });
    this.#greeting = new Greeting(mesh, link, {
      say: (hello) => this.#control.say(hello),
      onTimeout: (reason) => this.end(reason),
    });
    this.#control = new ControlChannel(mesh, this, {
      onPath: (path) => events.onPath(this, path),
      onAskBulk: () => this.#onAskBulk(),
    });
    this.#sinceMs = mesh.clock.monotonicMs();
  }

  get key(): Uint8Array {
    return this.link.peerKey;
  }

  /** 16 bytes once ready; the same at both ends and different for every link. */
  get sessionKey(): Uint8Array {
    return this.#greeting.greeted.sessionKey;
  }

  /** The neighbour's, once ready. */
  get certificate(): Uint8Array {
    return this.#greeting.greeted.certificate;
  }

  /** 8 bytes that name the neighbour's run, once ready. */
  get run(): Uint8Array {
    return this.#greeting.greeted.run;
  }

  get isReady(): boolean {
    return this.#lanes.length > 0 && !this.#ended;
  }

  start(): void {
    this.link.start({
      onFrame: (frame) => this.#onFrame(frame),
      onDrain: () => this.#scheduler.onDrain(),
      onClose: () => this.#finish(undefined),
    });
    if (this.link.maxFrameBytes < frameLimits.linkFrameBytesMin) this.end('link-unfit');
    else this.#greeting.start();
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
    this.#control.tellLinks(node);
  }

  tellLinksDigest(digest: LinksDigest): void {
    this.#control.tellLinksDigest(digest);
  }

  get costClass(): CostClass {
    return this.link.costClass;
  }

  get isFrugal(): boolean {
    return this.link.costClass !== 'lan';
  }

  tellPath(path: TreePath): void {
    this.#control.tellPath(path);
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
    this.#control.compareTrust();
    this.#schedule.begin();
  }

  /** A document of the site is new here. */
  tellDocument(document: SiteDocument): void {
    this.#control.tellDocument(document);
  }

  /** Ends the session for a reason, which the neighbour is told if a frame can still go. */
  end(reason: CloseReason): void {
    if (this.#ended) return;
    this.#saysBye = true;
    // Bye is the last word.
    this.#control.audience = 'stranger';
    if (this.#greeting.mayTell(reason)) this.#control.say(encodeBye(reason));
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
      framesReceived: this.#assembler.framesReceived,
      bytesSent: this.#scheduler.bytesSent,
      bytesReceived: this.#assembler.bytesReceived,
      bundlesSent: this.traffic.bundlesSent,
      bundlesReceived: this.traffic.bundlesReceived,
      duplicatesReceived: this.traffic.duplicatesReceived,
      queuedBytes: { 0: this.#queuedBytes(0), 1: this.#queuedBytes(1), 2: this.#queuedBytes(2) },
    };
  }

  #queuedBytes(lane: Lane): number {
    const underWay =
      this.#scheduler.waitingBytes(liveStream(lane)) +
      this.#scheduler.waitingBytes(backlogStream(lane));
    return underWay + (this.#lanes[lane]?.outbox.queuedBytes ?? 0);
  }

  #pull(stream: number): Uint8Array | undefined {
    const said = this.#control.pull(stream);
    if (said !== undefined || this.#saysBye) return said;
    const outbox = this.#lanes[laneOfStream(stream)]?.outbox;
    if (outbox === undefined) return undefined;
    return stream === liveStream(laneOfStream(stream)) ? outbox.pullLive() : outbox.pullBacklog();
  }

  #onFrame(bytes: Uint8Array): void {
    if (this.#ended) return;
    if (this.#isSecond()) this.#events.onSecond(this);
    else if (!this.#assembler.take(bytes)) this.end('malformed');
  }

  #isSecond(): boolean {
    if (this.supersededMs === undefined) return false;
    return this.#mesh.clock.monotonicMs() - this.supersededMs > cloneLimits.overlapMs;
  }

  /** False once the session has ended. */
  #take(stream: number, message: Uint8Array): boolean {
    const verdict = this.#onMessage(stream, message);
    if (verdict !== undefined) this.end(verdict);
    return !this.#ended;
  }

  #onMessage(stream: number, message: Uint8Array): Verdict {
    const type = message[0];
    if (stream === controlStream && type === MessageType.bye) return this.#onBye(message);
    const lane = this.#lanes[laneOfStream(stream)];
    if (lane === undefined) return this.#onEarlyMessage(stream, message);
    if (isControl(stream, type)) return this.#control.onMessage(message);
    if (comparing.has(type!)) this.#schedule.onHeard();
    const live = stream === liveStream(laneOfStream(stream));
    return live ? lane.inbox.onLive(message) : lane.inbox.onBacklog(message);
  }

  /** Nothing is taken before the hello, and of whom is heard out not much more. */
  #onEarlyMessage(stream: number, message: Uint8Array): Verdict {
    if (this.#greeting.isHeardOut) {
      return isControl(stream, message[0]) ? this.#control.onLastWords(message) : undefined;
    }
    return stream === controlStream ? this.#onHello(message) : 'malformed';
  }

  #onHello(message: Uint8Array): Verdict {
    const judged = this.#greeting.hear(message);
    if (this.#greeting.isHeardOut) {
      this.#control.audience = 'shut-out';
      this.#control.compareTrust();
      return undefined;
    }
    if (!judged.ok) return judged.reason;
    this.#lanes = lanes.map((lane) =>
      sessionLane(lane, {
        mesh: this.#mesh,
        neighbour: this,
        key: this.sessionKey,
        begins: this.link.initiator,
        onReconciled: (done, differed) => this.#onReconciled(done, differed),
      }),
    );
    this.#control.audience = 'member';
    this.#bulk = new BulkAsk(this.#mesh, this, this.#lanes);
    const question = this.#bulk.question();
    if (question !== undefined) this.#control.say(question);
    this.#events.onReady(this);
    return undefined;
  }

  #onAskBulk(): void {
    if (this.#bulk!.onAsked()) this.reconcile();
  }

  /** Beliefs, and what is known of links, are compared with every round of reconciliation. */
  #beginLane(lane: Lane): void {
    if (lane === lanes[0]) {
      this.#control.compareTrust();
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
    this.#greeting.stop();
    this.#scheduler.stop();
    this.#schedule.stop();
    this.#control.stop();
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
