/**
 * A blank node on real parts in a folder of its own, and an admin's end of a claim that answers by
 * itself: both sides of what the claim endpoint carries.
 */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { BleHost } from '@muster/adapters/transport-ble';
import {
  type ClaimCode,
  ClaimIssuer,
  claimFingerprint,
  type IssuerStep,
  rootIssuer,
  signProvision,
  signTrustList,
  siteIdOf,
} from '@muster/core';
import { certifyNode, createSite } from '@muster/provisioning';
import { claimAction } from '../../src/claim/claim-action.ts';
import { ClaimDesk } from '../../src/claim/desk.ts';
import type { ClaimSink, SinkAnswer } from '../../src/claim/sessions.ts';
import { type Config, configOf } from '../../src/config/index.ts';
import { dataFolderAt, openDataFolder } from '../../src/data-folder/data-folder.ts';
import { apiErrors } from '../../src/http/answer.ts';
import { HttpServer } from '../../src/http/server.ts';
import { WebFiles } from '../../src/http/web-files.ts';
import { type AgentParts, realParts } from '../../src/parts.ts';
import { BlankNode } from '../../src/unclaimed/blank-node.ts';
import type { BlankPhase, ClaimView } from '../../src/unclaimed/claim-state.ts';
import { temporaryFolder } from './real-agent.ts';

export interface RunningBlank {
  readonly node: BlankNode;
  readonly url: string;
  /** `host:port`. */
  readonly host: string;
  readonly folder: string;
  readonly logLines: readonly string[];
  /** Resolves with the state once it is in this phase. */
  until(phase: BlankPhase): Promise<ClaimView>;
}

const waitMsMax = 10_000;

export async function partsOf(logLines: string[]): Promise<AgentParts> {
  const destination = { write: (line: string) => void logLines.push(line) };
  return realParts({ level: 'debug', destination });
}

export async function startBlank(
  t: TestContext,
  setup: {
    readonly config?: Partial<Config>;
    readonly folder?: string;
    readonly radio?: BleHost;
  } = {},
): Promise<RunningBlank> {
  const path = setup.folder ?? temporaryFolder(t);
  const folder = dataFolderAt(path);
  openDataFolder(folder);
  const logLines: string[] = [];
  const { radio } = setup;
  const parts = {
    ...(await partsOf(logLines)),
    ...(radio && {
      hasRadio: () => true,
      createRadio: async () => ({ host: radio, helper: undefined }),
    }),
  };
  const given = {
    httpHost: '127.0.0.1',
    httpPort: 0,
    meshMdns: false,
    bleEnabled: radio !== undefined,
    ...setup.config,
  };
  const config = configOf({ claimInviteFiles: ['muster-invite.txt'], ...given });
  const webFolder = join(path, 'no-web');
  const node = new BlankNode({ config, folder, name: 'blank', webFolder }, parts);
  await node.start();
  t.after(() => node.stop());
  const host = `127.0.0.1:${node.port}`;
  const until = async (phase: BlankPhase): Promise<ClaimView> => {
    let view = node.state.view;
    const endMs = parts.clock.monotonicMs() + waitMsMax;
    while (view.phase !== phase) {
      if (parts.clock.monotonicMs() > endMs) throw new Error(`${phase}? ${JSON.stringify(view)}`);
      view = await node.state.next(view.revision, parts.clock);
    }
    return view;
  };
  return { node, url: `http://${host}`, host, folder: path, logLines, until };
}

/** An admin who says yes (or what `decide` says) to whoever proves a key. */
export class InvitingAdmin implements ClaimSink {
  readonly parts: AgentParts;
  readonly site;
  /** Papers by claimant, so that who comes again gets the same. */
  readonly documents = new Map<string, Uint8Array>();
  readonly codes: string[] = [];
  decide: 'yes' | 'no' | 'later' = 'yes';
  readonly #sessions = new Map<string, ClaimIssuer>();
  #code: ClaimCode | undefined;

  constructor(parts: AgentParts) {
    this.parts = parts;
    this.site = createSite(parts.crypto, parts.random, 'Camp');
  }

  /** The invite that is awaited from now on. */
  invite(addresses: readonly string[], change: Partial<ClaimCode> = {}): ClaimCode {
    const { crypto, random } = this.parts;
    const { siteKey } = this.site;
    this.#code = {
      kind: 'invite',
      secret: random.bytes(16),
      fingerprint: claimFingerprint(crypto, siteKey),
      site: siteIdOf(crypto, siteKey),
      expiresUnixS: 0,
      addresses,
      ...change,
    };
    return this.#code;
  }

  issuer(code: ClaimCode, isInitiator: boolean): ClaimIssuer {
    const { crypto, random } = this.parts;
    const { siteKey, name: siteName, root } = this.site;
    const issuer = rootIssuer(root);
    return new ClaimIssuer({ crypto, random, code, isInitiator, issuer, siteKey, siteName });
  }

  async onMessage(session: string, message: Uint8Array): Promise<SinkAnswer> {
    const known = this.#sessions.get(session);
    const issuer = known ?? this.issuer(this.#code!, false);
    this.#sessions.set(session, issuer);
    const heard = issuer.receive(message);
    if (heard.kind === 'ask' && this.decide === 'later') return 'later';
    const step = heard.kind === 'ask' ? this.answer(issuer, heard) : heard;
    return ('message' in step && step.message) || 'ended';
  }

  answer(
    issuer: ClaimIssuer,
    { subject, comparisonCode }: Extract<IssuerStep, { kind: 'ask' }>,
  ): IssuerStep {
    this.codes.push(comparisonCode);
    if (this.decide === 'no') return issuer.refuse('codes-differ');
    const key = Buffer.from(subject.key).toString('hex');
    const document = this.documents.get(key) ?? this.#provisionFor(subject.key);
    this.documents.set(key, document);
    return issuer.confirm(document);
  }

  #provisionFor(nodeKey: Uint8Array): Uint8Array {
    const { crypto } = this.parts;
    const { siteKey, name: siteName, root } = this.site;
    const issuer = rootIssuer(root);
    const name = 'hall';
    const certificate = certifyNode(crypto, { siteKey, issuer }, { nodeKey, name });
    const settings = { role: 'node', name, channels: ['general'], bootstrap: [], uplinks: [] };
    const site = siteIdOf(crypto, siteKey);
    const list = signTrustList(crypto, { site, revision: 1, epoch: 3, revoked: [] }, issuer);
    return signProvision(
      crypto,
      {
        ...{ site, siteKey, siteName, nodeKey, certificate, documents: [list] },
        settings: { ...settings, role: 'node' },
      },
      issuer,
    );
  }
}

/** A desk behind a real HTTP server, as on a member node. */
export async function startDesk(
  t: TestContext,
  parts: AgentParts,
): Promise<{ readonly desk: ClaimDesk; readonly host: string }> {
  const { clock, logger } = parts;
  const desk = new ClaimDesk(clock);
  const http = new HttpServer({
    ...{ clock, logger, host: '127.0.0.1', port: 0, routes: [] },
    actions: [claimAction(desk)],
    web: new WebFiles('/nowhere'),
    hostRules: { names: ['localhost'], hostNames: [], isOwnAddress: () => false },
    onUpgrade: () => apiErrors.upgradeUnknown,
  });
  await http.start();
  t.after(() => http.stop());
  return { desk, host: `127.0.0.1:${http.port}` };
}
