/**
 * The agent: the one place where the parts of a node are joined. All six steps of a message's way
 * meet here; none of them is implemented here. Starting stops cleanly where it fails; stopping
 * takes nothing more, flushes, and closes the store last.
 */
import { MeshNode, type Store, shortId, siteIdOf } from '@muster/core';
import { editConfig } from '@muster/provisioning';
import { JoinedAdmin } from './admin/join-admin.ts';
import { LinuxProbe } from './admin/machine-probe.ts';
import { passkeyActions } from './admin/passkey-actions.ts';
import { apiSources } from './api-sources.ts';
import { NodeAuthor } from './author/own-author.ts';
import { JoinedBluetooth } from './bluetooth/join-bluetooth.ts';
import { ChannelWatch } from './channels/channel-watch.ts';
import { BoxesNearby } from './claim/boxes-nearby.ts';
import { claimAction } from './claim/claim-action.ts';
import { ClaimDesk } from './claim/desk.ts';
import { deskCommands } from './claim/desk-commands.ts';
import { adoptFirstPapers } from './claim/first-papers.ts';
import { reachableAt } from './cli/addresses.ts';
import { type Config, configTemplate } from './config/index.ts';
import { policyCommands } from './control/policy-commands.ts';
import { controlSocketOf } from './control/protocol.ts';
import { ControlServer } from './control/server.ts';
import type { DataFolder } from './data-folder/data-folder.ts';
import type { NodeIdentity } from './data-folder/identity.ts';
import type { AgentExtension, AgentHost, ControlCommand } from './extension.ts';
import { Extensions } from './extensions.ts';
import type { ApiSources } from './http/api-routes.ts';
import { JoinedHttp } from './http/join-http.ts';
import { nearbyRoute } from './http/nearby-route.ts';
import { trustRoutes } from './http/trust-routes.ts';
import { JoinedMesh } from './join-mesh.ts';
import { type Hearers, nodeEvents } from './node-events.ts';
import type { AgentParts } from './parts.ts';
import { Hub } from './socket/hub.ts';
import { Teardown } from './teardown.ts';
import type { NextLife } from './unclaimed/next-life.ts';

export interface AgentOptions {
  readonly config: Config;
  readonly folder: DataFolder;
  readonly identity: NodeIdentity;
  /** Where the built web app lies; may be absent. */
  readonly webFolder: string;
  /** Such as the gateway; none for a plain node. */
  readonly extensions?: readonly AgentExtension[];
  /** An admin's act ends this life of the node; whoever started the agent stops it and goes on. */
  readonly onNextLife?: (next: NextLife) => void;
}

export interface Agent {
  /** Serves when it resolves; throws a MusterError that says what to mend. */
  start(): Promise<void>;
  /** Resolves once everything handed in is on disk; takes at most stopMsMax. */
  stop(): Promise<void>;
  /** The port that phones are served on, once started. */
  readonly port: number;
  /** Multiaddrs under which neighbours reach it, once started. */
  readonly meshAddresses: readonly string[];
  /** Where a damaged store was put aside at the start; undefined when it was whole. */
  readonly quarantined: string | undefined;
  /**
   * The code (text of a QR code) by which a phone becomes the first admin of a site whose root key
   * lies open here; undefined where none is awaited. For the screen of this machine alone.
   */
  readonly firstAdminCode: string | undefined;
}

/** systemd kills after 90 s unless told otherwise; people wait for less. */
const stopMsMax = 5_000;

export function createAgent(options: AgentOptions, parts: AgentParts): Agent {
  return new JoinedAgent(options, parts);
}

class JoinedAgent implements Agent {
  readonly #options: AgentOptions;
  readonly #parts: AgentParts;
  readonly #teardown: Teardown;
  readonly #extensions: Extensions;
  readonly #claims: ClaimDesk;
  readonly #boxes: BoxesNearby;
  #commands: ReadonlyMap<string, ControlCommand> = new Map();
  #http: JoinedHttp | undefined;
  #admin: JoinedAdmin | undefined;
  #bluetooth: JoinedBluetooth | undefined;
  #mesh: JoinedMesh | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #isUp = false;
  quarantined: string | undefined;

  constructor(options: AgentOptions, parts: AgentParts) {
    this.#options = options;
    this.#parts = parts;
    this.#teardown = new Teardown(parts.logger);
    this.#extensions = new Extensions(options.extensions ?? [], parts.logger);
    const { clock, logger } = parts;
    this.#claims = new ClaimDesk(clock);
    this.#boxes = new BoxesNearby({
      ...{ clock, logger: logger.child('boxes'), desk: this.#claims },
      create: (how) => parts.createClaimDiscovery(how),
      self: () => ({ name: this.#nodeName, port: this.port }),
      onChange: () => this.#admin?.onChange(),
    });
  }

  get port(): number {
    return this.#http?.port ?? 0;
  }

  get meshAddresses(): readonly string[] {
    return this.#mesh?.addresses() ?? [];
  }

  get firstAdminCode(): string | undefined {
    return this.#admin?.firstAdmin.code;
  }

  get #nodeName(): string {
    const { config, identity } = this.#options;
    return config.nodeName || this.#admin?.papers.name || identity.node.name;
  }

  start(): Promise<void> {
    this.#starting ??= this.#startOrUndo();
    return this.#starting;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAfterStart();
    return this.#stopping;
  }

  async #startOrUndo(): Promise<void> {
    try {
      await this.#start();
      this.#isUp = true;
    } catch (error) {
      await this.#stop();
      throw error;
    }
  }

  async #stopAfterStart(): Promise<void> {
    // Whoever started it hears of a failure; here it only matters that nothing more comes up.
    await this.#starting?.catch(() => {});
    await this.#stop();
  }

  async #start(): Promise<void> {
    const { config, identity } = this.#options;
    const { crypto, clock, random, logger } = this.#parts;
    const store = await this.#openStore();
    const { site, node: certified } = identity;
    const node = new MeshNode({
      crypto,
      clock,
      random,
      store,
      logger: logger.child('node'),
      siteKey: site.siteKey,
      key: certified.key,
      certificate: certified.certificate,
      contentBytesMax: config.storeContentBytesMax,
      bulkOverRadio: config.bleBulk,
    });
    const channels = new ChannelWatch(
      { node, crypto, siteKey: site.siteKey, siteChannels: config.siteChannels },
      clock,
    );
    const { folder } = this.#options;
    const author = new NodeAuthor({ node, folder, identity, crypto, clock, logger });
    const startedAtMs = clock.monotonicMs();
    const uptimeMs = (): number => Math.floor(clock.monotonicMs() - startedAtMs);
    const admin = this.#joinAdmin({ node, author, store, uptimeMs, hub: () => hub });
    const bluetooth = new JoinedBluetooth({
      ...{ config, parts: this.#parts, siteKey: site.siteKey },
      ...{ nodeKey: certified.key.publicKey, mesh: node },
      known: () => admin.heardNodes(),
      neighbours: () => node.status().neighbours,
      onChange: () => hub.onNearby(),
    });
    this.#bluetooth = bluetooth;
    this.#claims.postByRadio = (post) => bluetooth.postClaim(post);
    const hub = new Hub({
      ...{ node, crypto, clock, random },
      ...{ door: admin.door, desk: admin.side, staffTags: admin.staffTags },
      identity: {
        site: siteIdOf(crypto, site.siteKey),
        siteKey: site.siteKey,
        nodeKey: certified.key.publicKey,
      },
      channelsFrame: () => channels.frame,
      nearbyFrame: () => JSON.stringify({ type: 'nearby', ...bluetooth.view() }),
    });
    this.#admin = admin;
    admin.prepare();
    this.#teardown.add(() => node.stop());
    node.start(nodeEvents({ channels, hub, author, admin, extensions: this.#extensions }));
    adoptFirstPapers(node, folder.path, logger);
    channels.start(() => {
      hub.onChannels();
      this.#extensions.onChannels();
    });
    const joined = { node, hub, channels, store, author, admin, bluetooth, uptimeMs };
    const sources = this.#sources(joined);
    await this.#startHttp(joined, sources);
    // Before the server, so that phones are told; whoever comes then is turned away.
    this.#teardown.add(() => {
      channels.stop();
      admin.stop();
      hub.stop();
      this.#claims.stop();
    });
    await this.#startMesh(node, bluetooth);
    await this.#startExtensions(joined, sources);
    admin.start();
    logger.info('started', { port: this.port, node: shortId(certified.key.publicKey) });
  }

  #joinAdmin(given: Pick<Joined, 'node' | 'author' | 'store' | 'uptimeMs'> & { hub(): Hub }) {
    const { config, folder, identity, onNextLife } = this.#options;
    return new JoinedAdmin({
      ...{ ...given, parts: this.#parts, folder, identity, onNextLife },
      claims: this.#claims,
      probe: new LinuxProbe(),
      isStoreDamaged: this.quarantined !== undefined,
      nodeName: () => this.#nodeName,
      rename: (name) =>
        editConfig(folder.path, { 'node.name': name }, { configTemplate: configTemplate() }),
      control: () => this.#commands,
      reports: () => [...this.#extensions.reports(), ...(this.#bluetooth?.reports() ?? [])],
      unclaimed: () => (config.meshMdns ? this.#boxes.list() : []),
      addresses: () => {
        const { lan } = reachableAt(config.httpHost, this.port);
        return lan.map((url) => `${new URL(url).hostname}:${this.port}`);
      },
      tlsNames: () => this.#http?.https.names(),
      onTlsCertificate: () => void this.#http?.https.renewed(),
    });
  }

  async #openStore(): Promise<Store> {
    const { folder } = this.#options;
    const logger = this.#parts.logger.child('store');
    const opened = await this.#parts.openStore({ path: folder.storeFile, logger });
    this.quarantined = opened.quarantined;
    this.#teardown.add(() => opened.store.close());
    return opened.store;
  }

  async #startHttp({ hub }: Joined, sources: ApiSources): Promise<void> {
    const { config, folder, identity, webFolder } = this.#options;
    const http = new JoinedHttp({
      ...{ config, folder, identity, webFolder, hub, sources },
      parts: this.#parts,
      nodeName: this.#nodeName,
    });
    this.#http = http;
    this.#teardown.add(() => http.stop());
    await http.start();
    this.#teardown.add(() => this.#boxes.stop());
    if (config.meshMdns) this.#boxes.start();
  }

  /** Last to start and first to stop: they use everything else. */
  async #startExtensions(joined: Joined, sources: ApiSources): Promise<void> {
    const { config, folder, identity } = this.#options;
    const { crypto, clock, random, logger } = this.#parts;
    const { node, author, channels, bluetooth } = joined;
    const host: AgentHost = {
      ...{ config, folder, identity, crypto, clock, random, logger, node, author },
      channels: () => channels.list,
      nodeInfo: sources.node,
      statusInfo: sources.status,
    };
    this.#teardown.add(() => this.#extensions.stop());
    await this.#extensions.start(host);
    const commands = new Map([
      ...policyCommands(host),
      ...Object.entries(deskCommands(this.#claims, clock)),
      ...Object.entries(bluetooth.commands()),
      ...this.#extensions.commands(),
    ]);
    this.#commands = commands;
    const path = controlSocketOf(folder);
    const control = new ControlServer({ path, clock, logger: logger.child('control'), commands });
    this.#teardown.add(() => control.stop());
    await control.start();
  }

  #sources({ node, hub, channels, store, admin, bluetooth, uptimeMs }: Joined): ApiSources {
    const { config, folder, identity } = this.#options;
    const { clock, crypto } = this.#parts;
    return apiSources({
      ...{ config, identity, crypto, clock, node, store, hub, channels, uptimeMs },
      extensions: this.#extensions,
      bluetooth,
      http: () => this.#http!.counters(),
      notReady: () => (this.#stopping ? 'stopping' : this.#isUp ? undefined : 'starting'),
      nodeName: () => this.#nodeName,
      further: [
        ...trustRoutes(folder.path, () => this.#http?.https),
        nearbyRoute(() => bluetooth.view()),
      ],
      actions: [claimAction(this.#claims), ...passkeyActions(admin.passkeys)],
    });
  }

  async #startMesh(node: MeshNode, bluetooth: JoinedBluetooth): Promise<void> {
    const { config, identity } = this.#options;
    this.#teardown.add(() => bluetooth.stop());
    const mesh = new JoinedMesh({
      ...{ config, key: identity.node.key, parts: this.#parts },
      media: bluetooth.media(),
    });
    this.#teardown.add(() => mesh.stop());
    await mesh.start((link) => node.addLink(link));
    this.#mesh = mesh;
  }

  async #stop(): Promise<void> {
    const { clock, logger } = this.#parts;
    const stopped = this.#teardown.run().then(() => logger.info('stopped'));
    const late = Promise.withResolvers<void>();
    const timer = clock.after(stopMsMax, () => {
      logger.warn('stopping takes too long');
      late.resolve();
    });
    await Promise.race([stopped, late.promise]);
    timer.cancel();
  }
}

interface Joined extends Omit<Hearers, 'extensions'> {
  readonly node: MeshNode;
  readonly store: Store;
  readonly bluetooth: JoinedBluetooth;
  readonly uptimeMs: () => number;
}
