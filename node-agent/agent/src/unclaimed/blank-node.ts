/**
 * A node that belongs to no site yet: it shows what it is (page, log, mDNS, radio) and takes one
 * claim, by its label or by an admin's invite. The same HTTP server as a member's, with the same
 * door; no store, no mesh, no people. Ends itself when it is claimed; what follows is for `serve`.
 */
import type { ClaimDiscovery } from '@muster/adapters/discovery-mdns';
import { type ClaimCode, claimIdOf, shortCodeOf, type Timer } from '@muster/core';
import { openUnclaimed } from '@muster/provisioning';
import { claimAction } from '../claim/claim-action.ts';
import { nearAddress } from '../claim/near-address.ts';
import { reachableAt } from '../cli/addresses.ts';
import type { Config } from '../config/index.ts';
import { controlSocketOf } from '../control/protocol.ts';
import { ControlServer } from '../control/server.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';
import { apiErrors } from '../http/answer.ts';
import { ownAddressCheck } from '../http/own-addresses.ts';
import { HttpServer } from '../http/server.ts';
import { WebFiles } from '../http/web-files.ts';
import { hostNamesOf } from '../node-names.ts';
import type { AgentParts } from '../parts.ts';
import { Teardown } from '../teardown.ts';
import { version } from '../version.ts';
import type { BlankBox } from './blank-box.ts';
import { blankCommands } from './blank-commands.ts';
import { labelCodeOf, labelOf } from './blank-label.ts';
import { blankActions, blankEvents, blankRoutes } from './blank-routes.ts';
import { ClaimState } from './claim-state.ts';
import { InviteDesk } from './invite-desk.ts';
import { LabelClaims } from './label-claims.ts';
import { unclaimedLimits } from './limits.ts';
import { RadioSeat } from './radio-seat.ts';

export interface BlankNodeOptions {
  readonly config: Config;
  readonly folder: DataFolder;
  readonly name: string;
  readonly webFolder: string;
}

export type BlankNodeParts = Pick<
  AgentParts,
  'crypto' | 'clock' | 'random' | 'logger' | 'createClaimDiscovery' | 'hasRadio' | 'createRadio'
>;

export class BlankNode {
  readonly #options: BlankNodeOptions;
  readonly #parts: BlankNodeParts;
  readonly #teardown: Teardown;
  readonly #claimed = Promise.withResolvers<void>();
  #box: BlankBox | undefined;
  #code: ClaimCode | undefined;
  #http: HttpServer | undefined;
  #discovery: ClaimDiscovery | undefined;
  #relabel: Timer | undefined;
  #linger: Timer | undefined;
  #stopped = false;

  constructor(options: BlankNodeOptions, parts: BlankNodeParts) {
    this.#options = options;
    this.#parts = parts;
    this.#teardown = new Teardown(parts.logger);
  }

  /** Resolves when the papers are on disk and the other end had time to hear so. */
  get claimed(): Promise<void> {
    return this.#claimed.promise;
  }

  /** Once started. */
  get state(): ClaimState {
    return this.#box!.state;
  }

  get port(): number {
    return this.#http?.port ?? 0;
  }

  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#relabel?.cancel();
    this.#linger?.cancel();
    await this.#teardown.run();
  }

  async #start(): Promise<void> {
    const { config, folder, name } = this.#options;
    const { crypto, clock, random, logger } = this.#parts;
    const unclaimed = openUnclaimed(folder.path, { crypto, random, name });
    const shortCode = shortCodeOf(crypto, unclaimed.secret);
    const code = labelCodeOf(crypto, unclaimed, []);
    const label = { name: unclaimed.name, version, shortCode, ...(await labelOf(crypto, code)) };
    const state = new ClaimState(label);
    const path = folder.path;
    const box = { crypto, random, clock, logger, unclaimed, version, state, folder: path };
    this.#box = box;
    this.#code = code;
    const onClaimed = (): void => this.#onClaimed();
    const labelClaims = new LabelClaims(box, () => this.#code!, onClaimed);
    const desk = new InviteDesk({
      ...{ box, files: config.claimInviteFiles, onClaimed },
      heard: () => this.#discovery?.desks().map(({ address }) => address) ?? [],
    });
    await this.#startHttp(box, desk, labelClaims);
    await this.#renewLabel();
    await this.#startControl(box, desk);
    await this.#startDiscovery(box);
    this.#startRadio(box, labelClaims);
    this.#teardown.add(() => desk.stop());
    desk.start();
  }

  async #startHttp(box: BlankBox, desk: InviteDesk, labelClaims: LabelClaims): Promise<void> {
    const { config, webFolder } = this.#options;
    const { clock, logger } = this.#parts;
    const { state, unclaimed } = box;
    const http = new HttpServer({
      ...{ clock, logger: logger.child('http'), host: config.httpHost, port: config.httpPort },
      routes: blankRoutes(state),
      events: blankEvents(state),
      actions: [...blankActions(desk), claimAction(labelClaims)],
      web: new WebFiles(webFolder),
      hostRules: {
        names: hostNamesOf(unclaimed.name),
        hostNames: config.httpHostNames.map((one) => one.toLowerCase()),
        isOwnAddress: ownAddressCheck(() => clock.monotonicMs()),
      },
      onUpgrade: () => apiErrors.unclaimed,
    });
    this.#teardown.add(() => http.stop());
    await http.start();
    this.#http = http;
  }

  async #startControl({ state }: BlankBox, desk: InviteDesk): Promise<void> {
    const { clock, logger } = this.#parts;
    const control = new ControlServer({
      path: controlSocketOf(this.#options.folder),
      ...{ clock, logger: logger.child('control') },
      commands: blankCommands(state, desk, clock),
    });
    this.#teardown.add(() => control.stop());
    await control.start();
  }

  async #startDiscovery({ state, unclaimed }: BlankBox): Promise<void> {
    if (!this.#options.config.meshMdns) return;
    const { name } = unclaimed;
    const { shortCode } = state.view;
    const discovery = await this.#parts.createClaimDiscovery({
      announce: () => ({ kind: 'box', name, shortCode, port: this.port }),
    });
    this.#teardown.add(() => discovery.stop());
    await discovery.start(() => {});
    this.#discovery = discovery;
  }

  #startRadio({ crypto, unclaimed }: BlankBox, taker: LabelClaims): void {
    const claimId = claimIdOf(crypto, unclaimed.secret);
    const { config } = this.#options;
    const seat = new RadioSeat({ config, parts: this.#parts, claimId, taker });
    this.#teardown.add(() => seat.stop());
    seat.start();
  }

  /** The label names the addresses of now: a cable may be plugged in at any time. */
  async #renewLabel(): Promise<void> {
    const { crypto, clock } = this.#parts;
    const { unclaimed, state } = this.#box!;
    const { lan, local } = reachableAt(this.#options.config.httpHost, this.port);
    const near = lan.flatMap(addressOf);
    const code = labelCodeOf(crypto, unclaimed, near.length > 0 ? near : addressOf(local));
    if (code.addresses.join() !== this.#code!.addresses.join()) {
      this.#code = code;
      state.relabel(await labelOf(crypto, code));
    }
    if (this.#stopped) return;
    this.#relabel = clock.after(unclaimedLimits.relabelEveryMs, () => void this.#renewLabel());
  }

  #onClaimed(): void {
    const { lingerMs } = unclaimedLimits;
    this.#linger ??= this.#parts.clock.after(lingerMs, () => this.#claimed.resolve());
  }
}

/** `http://10.0.0.1` → `10.0.0.1:80`; none where an admin's node would not go. */
function addressOf(url: string): string[] {
  const [, host = '', port = '80'] = /^http:\/\/(.*?)(?::(\d+))?$/.exec(url) ?? [];
  const address = `${host === 'localhost' ? '127.0.0.1' : host}:${port}`;
  return nearAddress(address) ? [address] : [];
}
