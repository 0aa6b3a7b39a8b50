/**
 * Composes this node's report out of what the node, its machine and its extensions say: counts and
 * states. No names of people, no addresses, no secrets.
 */
import {
  bytesKey,
  decodeCertificate,
  Lane,
  type NeighbourStatus,
  type NodeReport,
  NodeRole,
  type NodeStatus,
  type ReportedLink,
  reportLimits,
  type Store,
  toBase64url,
  type WallTime,
} from '@muster/core';
import { version } from '../version.ts';
import type { CarriedAct } from './act-desk.ts';
import type { MachineSample } from './machine-probe.ts';
import { problemsOf } from './problems.ts';
import type { ReportPart } from './report-part.ts';

/** What a report is made of; asked anew for each. */
export interface ReportSources {
  readonly ownKey: Uint8Array;
  name(): string;
  status(): NodeStatus;
  usage(): ReturnType<Store['usage']>;
  wall(): WallTime;
  nowMs(): number;
  uptimeMs(): number;
  /** The node's certificate of now, in wire form. */
  certificate(): Uint8Array;
  clients(): number;
  guestsWaiting(): number;
  carried(): readonly CarriedAct[];
  isRevoked(): boolean;
  isRootOpen(): boolean;
  /** An admin watches the site from here. */
  isWatched(): boolean;
  tlsRequest(): NodeReport['tlsRequest'];
  isTlsUnheard(): boolean;
  readonly isStoreDamaged: boolean;
  /** Of the gateway and the like. */
  parts(): readonly ReportPart[];
}

export class ReportWriter {
  readonly #sources: ReportSources;
  /** Bytes of each link at the last report, for its throughput. */
  #before: { readonly atMs: number; readonly bytes: ReadonlyMap<string, number> } = {
    ...{ atMs: 0, bytes: new Map() },
  };

  constructor(sources: ReportSources) {
    this.#sources = sources;
  }

  /** What has a rate counts from the last call with `isWritten`. */
  compose(machine: MachineSample, given: { readonly isWritten: boolean }): NodeReport {
    const sources = this.#sources;
    const status = sources.status();
    const certificate = decodeCertificate(sources.certificate());
    const { unixMs, quality } = sources.wall();
    const { freeBytes } = sources.usage();
    const parts = sources.parts();
    const tlsRequest = sources.tlsRequest();
    return {
      name: sources.name(),
      role: roleNames[certificate?.role ?? NodeRole.node],
      version,
      uptimeMs: sources.uptimeMs(),
      boots: status.boots,
      unixMs: Math.max(0, Math.floor(unixMs)),
      clockQuality: quality,
      epoch: status.epoch,
      certificateEpoch: certificate?.epoch ?? 0,
      links: this.#links(status.neighbours, given.isWritten),
      store: {
        bundles: status.heldBundles,
        contentBytes: status.contentBytes,
        contentBytesMax: status.contentBytesMax,
        ...(freeBytes === undefined ? {} : { diskFreeBytes: Math.floor(freeBytes) }),
      },
      clients: sources.clients(),
      guestsWaiting: sources.guestsWaiting(),
      machine,
      ...Object.assign({}, ...parts.map(({ mqtt }) => (mqtt ? { mqtt } : {}))),
      ...Object.assign({}, ...parts.map(({ near }) => (near ? { near } : {}))),
      ...uplinksOf(parts),
      problems: this.#problems(status, certificate?.epoch ?? 0, machine),
      ...actsOf(sources.carried()),
      ...(sources.isWatched() ? { wanted: true } : {}),
      ...(sources.isRootOpen() ? { rootOpen: true } : {}),
      ...(tlsRequest ? { tlsRequest } : {}),
    };
  }

  #problems(
    status: NodeStatus,
    certificateEpoch: number,
    machine: MachineSample,
  ): NodeReport['problems'] {
    const sources = this.#sources;
    const { clones, epoch, frozenAuthors, contentBytes, contentBytesMax, neighbours } = status;
    const own = problemsOf({
      ...{ clones, epoch, frozenAuthors, contentBytes, contentBytesMax, certificateEpoch, machine },
      ownKey: sources.ownKey,
      wall: sources.wall(),
      uptimeMs: sources.uptimeMs(),
      links: neighbours.filter(({ state }) => state !== 'greeting').length,
      diskFreeBytes: sources.usage().freeBytes,
      isStoreDamaged: sources.isStoreDamaged,
      isRootOpen: sources.isRootOpen(),
      isRevoked: sources.isRevoked(),
      isTlsUnheard: sources.isTlsUnheard(),
    });
    const all = [...own, ...sources.parts().flatMap(({ problems }) => problems)];
    return all.slice(0, reportLimits.problemsMax);
  }

  #links(neighbours: readonly NeighbourStatus[], isWritten: boolean): ReportedLink[] {
    const { atMs, bytes } = this.#before;
    const nowMs = this.#sources.nowMs();
    const seconds = Math.max(1, (nowMs - atMs) / 1000);
    const counted = new Map<string, number>();
    const links = neighbours.slice(0, reportLimits.linksMax).map((neighbour): ReportedLink => {
      const { nodeKey, name, costClass, state, queuedBytes } = neighbour;
      const key = nodeKey ? bytesKey(nodeKey) : '';
      const total = neighbour.bytesSent + neighbour.bytesReceived;
      counted.set(key, total);
      return {
        key: nodeKey ? toBase64url(nodeKey) : '',
        name,
        medium: costClass,
        state,
        sinceMs: Math.max(0, Math.floor(nowMs - neighbour.sinceMonotonicMs)),
        // A link that began anew counts from nothing.
        bytesPerSecond: Math.max(0, Math.round((total - (bytes.get(key) ?? total)) / seconds)),
        queuedBytes: {
          urgent: queuedBytes[Lane.urgent],
          normal: queuedBytes[Lane.normal],
          bulk: queuedBytes[Lane.bulk],
        },
      };
    });
    if (isWritten) this.#before = { atMs: nowMs, bytes: counted };
    return links;
  }
}

const roleNames = {
  [NodeRole.node]: 'node',
  [NodeRole.gateway]: 'gateway',
  [NodeRole.relay]: 'relay',
} as const;

function uplinksOf(parts: readonly ReportPart[]): Pick<NodeReport, 'uplinks'> {
  const uplinks = parts.flatMap(({ uplinks: some = [] }) => some);
  return uplinks.length > 0 ? { uplinks: uplinks.slice(0, reportLimits.uplinksMax) } : {};
}

function actsOf(carried: readonly CarriedAct[]): Pick<NodeReport, 'acts'> {
  if (carried.length === 0) return {};
  const acts = carried.map(({ id, command, result }) => ({
    id: toBase64url(id),
    ok: result.ok,
    text: (result.ok ? command : result.error.message).slice(0, reportLimits.textCharsMax),
  }));
  return { acts };
}
