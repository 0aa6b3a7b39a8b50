/**
 * Joins the parts that serve admins and staff into one object for the agent to drive. No rule is
 * here: what each part may do is its own.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  actTag,
  grantTag,
  type NodeApi,
  type ReadBundle,
  reportTag,
  type Store,
} from '@muster/core';
import type { ServerNames } from '@muster/provisioning';
import type { NodeAuthor } from '../author/own-author.ts';
import type { ClaimDesk } from '../claim/desk.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';
import type { NodeIdentity } from '../data-folder/identity.ts';
import type { ControlCommand } from '../extension.ts';
import type { AgentParts } from '../parts.ts';
import type { Hub } from '../socket/hub.ts';
import { itemText } from '../socket/wire-form.ts';
import type { NextLife } from '../unclaimed/next-life.ts';
import { ActCommands } from './act-commands.ts';
import { ActDesk } from './act-desk.ts';
import { AdminSide, staffTagsOf } from './admin-side.ts';
import { adminStandingOf } from './admin-standing.ts';
import { CarriedOut } from './carried-out.ts';
import { ClaimSockets } from './claim-sockets.ts';
import { FirstAdmin } from './first-admin.ts';
import { GuestDoor } from './guest-door.ts';
import { KeptLines } from './kept-lines.ts';
import type { MachineProbe } from './machine-probe.ts';
import { nodeCommands } from './node-commands.ts';
import { OwnPapers } from './own-papers.ts';
import { PassUses } from './pass-uses.ts';
import { PasskeyBook } from './passkey-book.ts';
import { Passkeys } from './passkeys.ts';
import type { ReportPart } from './report-part.ts';
import { ReportWriter } from './report-writer.ts';
import { Reporter } from './reporter.ts';
import { type HeardNode, SiteBoard } from './site-board.ts';
import type { WaitingBox } from './site-view.ts';
import { SiteViewer } from './site-viewer.ts';
import { TlsPapers } from './tls-papers.ts';
import { Trail } from './trail.ts';
import { Watchers } from './watchers.ts';

export interface AdminGiven {
  readonly parts: Pick<AgentParts, 'crypto' | 'clock' | 'random' | 'logger'>;
  readonly folder: DataFolder;
  readonly identity: NodeIdentity;
  readonly node: NodeApi;
  readonly author: NodeAuthor;
  readonly store: Pick<Store, 'usage'>;
  readonly claims: ClaimDesk;
  readonly probe: MachineProbe;
  readonly isStoreDamaged: boolean;
  /** `host:port` at which phones reach this box, best first. */
  addresses(): readonly string[];
  /** What phones open this machine by; undefined where it serves nothing over TLS. */
  tlsNames(): ServerNames | undefined;
  /** A TLS certificate for this machine is on disk. */
  onTlsCertificate(): void;
  nodeName(): string;
  rename(name: string): void;
  uptimeMs(): number;
  /** Where the sessions are; there once the agent has started. */
  hub(): Hub;
  control(): ReadonlyMap<string, ControlCommand>;
  reports(): readonly ReportPart[];
  unclaimed(): readonly WaitingBox[];
  readonly onNextLife: ((next: NextLife) => void) | undefined;
}

export class JoinedAdmin {
  readonly side: AdminSide;
  readonly door: GuestDoor;
  /** Tags that only staff and admins may read, as keys. */
  readonly staffTags: ReadonlySet<string>;
  readonly papers: OwnPapers;
  readonly passkeys: Passkeys;
  readonly firstAdmin: FirstAdmin;
  readonly #given: AdminGiven;
  readonly #board: SiteBoard;
  readonly #reporter: Reporter;
  readonly #uses: PassUses;
  readonly #carriedOut: CarriedOut;
  readonly #trail: Trail;
  readonly #watchers: Watchers;
  readonly #acts: ActDesk;
  readonly #tls: TlsPapers;

  constructor(given: AdminGiven) {
    this.#given = given;
    const { parts, identity, node } = given;
    const { crypto, clock, random } = parts;
    const { site } = node.trust();
    const { siteKey, name: siteName } = identity.site;
    const { key } = identity.node;
    const tags = { act: actTag(crypto, site), report: reportTag(crypto, site) };
    this.staffTags = staffTagsOf(tags.act, tags.report);
    this.#uses = new PassUses(this.#kept('guest-passes'), clock);
    this.#carriedOut = new CarriedOut(this.#kept('acts-carried-out'), clock);
    this.#trail = new Trail(node, tags.act);
    this.#board = new SiteBoard({
      ...{ node, clock, tag: tags.report },
      onWanted: () => this.#reporter.soon(),
      onReport: (report) => {
        this.#watchers.changed();
        this.#tls.onReport(report).catch((error: unknown) => {
          parts.logger.warn('a TLS request was not answered', { error: String(error) });
        });
      },
    });
    this.#tls = this.#newTls(site);
    this.papers = this.#newPapers(grantTag(crypto, site, key.publicKey));
    const issuer = () => ({ key, certificate: this.papers.certificate });
    this.door = new GuestDoor({ node, crypto, random, issuer, uses: this.#uses });
    const viewer = new SiteViewer({
      ...{ siteName, ownKey: key.publicKey, unclaimed: () => given.unclaimed() },
      trust: () => node.trust(),
      clones: () => node.status().clones,
      heard: () => this.#board.nodes(),
    });
    this.#watchers = new Watchers({
      clock,
      view: () => viewer.view(),
      trail: () => this.#trail.newest(),
      itemOf: (bundle) => itemText(bundle, node),
      onWatched: () => this.#reporter.soon(),
    });
    this.passkeys = new Passkeys({
      ...{ clock, random, crypto, node, siteKey, siteName },
      book: new PasskeyBook(this.#kept('passkeys')),
    });
    this.firstAdmin = new FirstAdmin({
      ...{ crypto, random, site: identity.site, folder: given.folder.path, claims: given.claims },
      logger: parts.logger.child('first-admin'),
      documents: () => [...node.trust().documents(), ...policyOf(node)],
      addresses: () => given.addresses(),
      unixMs: () => Math.floor(clock.wall().unixMs),
    });
    this.#acts = this.#newActs();
    this.#reporter = this.#newReporter(tags.report);
    this.side = new AdminSide({
      ...{ crypto, siteKey, ownKey: key.publicKey, actTag: tags.act, viewer },
      ...{ acts: this.#acts, carriedOut: this.#carriedOut, door: this.door },
      ...{ trail: this.#trail, watchers: this.#watchers },
      claims: new ClaimSockets(given.claims),
      ticket: (id) => node.ticket(id),
      decide: (device, isAccepted) => given.hub().room.decide(device, isAccepted),
      mayWatch: (token) => this.passkeys.mayWatch(token),
      passkeyToken: ({ device, ticket }) => this.passkeys.tokenFor({ ticket, adminKey: device }),
    });
  }

  /** Before the node starts, which tells of acts at once. */
  prepare(): void {
    this.#uses.start();
    this.#carriedOut.start();
  }

  /** Once the node runs. */
  start(): void {
    for (const bundle of this.#trail.newest()) this.#carriedOut.onSeen(bundle);
    this.papers.start();
    this.#reporter.start();
    this.firstAdmin.start();
  }

  stop(): void {
    this.#reporter.stop();
    this.#watchers.stop();
    this.#uses.stop();
    this.firstAdmin.stop();
  }

  onBundle(bundle: ReadBundle): void {
    this.side.onBundle(bundle);
    this.#board.onBundle(bundle);
    this.papers.onBundle(bundle);
  }

  /** Nodes by what they said of themselves; a node whose report is still to come is missing. */
  heardNodes(): readonly Pick<HeardNode, 'key' | 'name'>[] {
    return this.#board.nodes();
  }

  /** Who is linked, trusted or cloned has changed. */
  onChange(): void {
    this.#watchers.changed();
    if (this.#board.isWanted) this.#reporter.soon();
    else this.#reporter.check();
  }

  #kept(kind: string): KeptLines {
    const { folder, parts } = this.#given;
    return new KeptLines({ path: join(folder.path, `${kind}.json`), kind, logger: parts.logger });
  }

  #newPapers(tag: Uint8Array): OwnPapers {
    const { node, author, folder, identity, parts } = this.#given;
    const { key, certificate } = identity.node;
    return new OwnPapers({
      ...{ node, author, key, certificate, tag, folder: folder.path },
      logger: parts.logger.child('papers'),
      acceptTls: (pem) => this.#tls.accept(pem),
      onRenewed: () => this.onChange(),
    });
  }

  #newTls(site: Uint8Array): TlsPapers {
    const { parts, author, folder, identity } = this.#given;
    const { clock, crypto, random, logger } = parts;
    return new TlsPapers({
      ...{ clock, crypto, random, author, site, siteKey: identity.site.siteKey },
      ...{ folder: folder.path, logger: logger.child('tls') },
      names: () => this.#given.tlsNames(),
      heard: () => this.#board.nodes(),
      onCertificate: () => this.#given.onTlsCertificate(),
    });
  }

  #newActs(): ActDesk {
    const { parts, folder, identity, node, rename, onNextLife, control } = this.#given;
    const { clock, crypto, logger } = parts;
    const own = nodeCommands({ clock, crypto, folder: folder.path, rename, onNextLife });
    return new ActDesk({
      ...{ clock, logger: logger.child('acts'), carriedOut: this.#carriedOut },
      ownKey: identity.node.key.publicKey,
      commands: new ActCommands(own, control),
      standingOf: ({ ticketId }) => adminStandingOf(node.ticket(ticketId), identity.site.siteKey),
      onResult: () => this.#reporter.soon(),
    });
  }

  #newReporter(tag: Uint8Array): Reporter {
    const { parts, node, author, folder, identity, store, probe, hub } = this.#given;
    const { clock, logger } = parts;
    const ownKey = identity.node.key.publicKey;
    const writer = new ReportWriter({
      ...{ ownKey, isStoreDamaged: this.#given.isStoreDamaged },
      name: () => this.#given.nodeName(),
      status: () => node.status(),
      usage: () => store.usage(),
      wall: () => clock.wall(),
      nowMs: () => clock.monotonicMs(),
      uptimeMs: () => this.#given.uptimeMs(),
      certificate: () => this.papers.certificate,
      clients: () => hub().sessions,
      guestsWaiting: () => hub().room.size,
      carried: () => this.#acts.carried,
      isRevoked: () => node.trust().revoked.has(ownKey),
      isRootOpen: () => existsSync(join(folder.path, 'site.key')),
      isWatched: () => this.#watchers.size > 0,
      tlsRequest: () => this.#tls.request,
      isTlsUnheard: () => this.#tls.isUnheard,
      parts: () => this.#given.reports(),
    });
    return new Reporter({
      ...{ clock, author, probe, tag, logger: logger.child('reports') },
      look: () => this.#tls.look(),
      isWanted: () => this.#watchers.size > 0 || this.#board.isWanted,
      compose: (machine, how) => writer.compose(machine, how),
    });
  }
}

function policyOf(node: NodeApi): readonly Uint8Array[] {
  const known = node.policy();
  return known ? [known.wire] : [];
}
