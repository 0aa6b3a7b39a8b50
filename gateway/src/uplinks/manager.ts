/**
 * The uplinks of a gateway: made from what the admin set up, each with its outbox, and told what
 * happens in the node (step 6). It joins parts and answers the admin; it decides nothing about what
 * crosses.
 */
import type { ControlCommand } from '@muster/agent';
import { MusterError, type ReadBundle, siteIdOf } from '@muster/core';
import { Allowance } from '../policy/allowance.ts';
import { PolicyAnnouncer } from '../policy/policy-announcer.ts';
import { ManifestWriter } from '../relay-link/manifest-writer.ts';
import type { DeadLetterInfo, UplinkInfo } from './info.ts';
import { uplinkLimits } from './limits.ts';
import { RunningUplink } from './running-uplink.ts';
import { readUplinks, type UplinkSettings, writeUplinks } from './settings.ts';
import { uplinkCommands } from './uplink-commands.ts';
import type { UplinkSurroundings } from './uplink-kind.ts';

export type UplinkManagerOptions = Pick<UplinkSurroundings, 'host' | 'createRelayTransport'>;

export class UplinkManager {
  /** For the control socket: `uplink.*` and `outbox.*`. */
  readonly commands: Readonly<Record<string, ControlCommand>>;
  readonly #options: UplinkManagerOptions;
  readonly #surroundings: UplinkSurroundings;
  readonly #announcer: PolicyAnnouncer;
  readonly #manifests: ManifestWriter;
  readonly #uplinks = new Map<string, RunningUplink>();
  #isRunning = false;

  constructor(options: UplinkManagerOptions) {
    const { host } = options;
    const { node, clock, author, crypto, identity } = host;
    const site = siteIdOf(crypto, identity.site.siteKey);
    this.#options = options;
    this.#announcer = new PolicyAnnouncer({ ...host, site });
    this.#manifests = new ManifestWriter({ node, author, clock, site });
    this.#surroundings = {
      ...options,
      site,
      allowance: new Allowance({ node, name: 'gateway/allowed/policy' }),
      onPublished: (bundle) => this.#manifests.published(bundle),
      onRelayKey: () => this.#write(),
    };
    this.commands = uplinkCommands(this);
  }

  /** Throws a MusterError for a damaged uplinks.json; what cannot be reached is tried for ever. */
  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (const settings of readUplinks(this.#options.host.folder.path)) {
      const uplink = new RunningUplink(settings, this.#surroundings);
      this.#uplinks.set(settings.name, uplink);
      await uplink.start();
    }
    this.#announcer.start();
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#announcer.stop();
    this.#manifests.stop();
    await Promise.all([...this.#uplinks.values()].map((uplink) => uplink.stop()));
    this.#uplinks.clear();
  }

  onBundle(bundle: ReadBundle): void {
    for (const uplink of this.#uplinks.values()) uplink.onBundle(bundle);
  }

  onPolicy(): void {
    this.#announcer.onPolicy();
    for (const uplink of this.#uplinks.values()) uplink.onPolicy();
  }

  onChannels(): void {
    for (const uplink of this.#uplinks.values()) uplink.onChannels();
  }

  list(): readonly UplinkInfo[] {
    return [...this.#uplinks.values()].map((uplink) => uplink.info());
  }

  deadLetters(): readonly DeadLetterInfo[] {
    return [...this.#uplinks.values()].flatMap((uplink) => uplink.deadLetters());
  }

  /** Throws a MusterError where there is none of this name. */
  find(name: string): RunningUplink {
    const uplink = this.#uplinks.get(name);
    if (uplink) return uplink;
    const names = [...this.#uplinks.keys()].join(', ') || 'none';
    throw new MusterError(
      'uplink-unknown',
      `There is no uplink ${JSON.stringify(name)}`,
      `Give one of those that there are (${names}), or add one: muster uplink add`,
    );
  }

  has(name: string): boolean {
    return this.#uplinks.has(name);
  }

  async add(settings: UplinkSettings): Promise<UplinkInfo> {
    if (this.has(settings.name)) {
      throw new MusterError(
        'uplink-known',
        `There is an uplink ${JSON.stringify(settings.name)} already`,
        'Give another name with --name, or remove that one first.',
      );
    }
    if (this.#uplinks.size >= uplinkLimits.uplinksMax) {
      throw new MusterError(
        'uplinks-full',
        `A gateway has at most ${uplinkLimits.uplinksMax} uplinks`,
        'Remove one that is not needed: muster uplink remove NAME',
      );
    }
    const uplink = new RunningUplink(settings, this.#surroundings);
    this.#uplinks.set(settings.name, uplink);
    this.#write();
    await uplink.start();
    return uplink.info();
  }

  async setPaused(name: string, paused: boolean): Promise<UplinkInfo> {
    const uplink = this.find(name);
    await uplink.setPaused(paused);
    this.#write();
    return uplink.info();
  }

  /** What waits for it stays on the site, and is not kept for it any longer. */
  async remove(name: string): Promise<void> {
    const uplink = this.find(name);
    this.#uplinks.delete(name);
    this.#write();
    await uplink.remove();
  }

  #write(): void {
    const settings = [...this.#uplinks.values()].map((uplink) => uplink.settings);
    writeUplinks(this.#options.host.folder.path, settings);
  }
}
