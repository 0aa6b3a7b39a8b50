/**
 * The routes of a node: what each answers, out of what the agent knows now. Counts and public keys.
 */
import type { ListedChannel } from '../channels/channel-list.ts';
import { expositionType } from '../metrics/exposition.ts';
import { apiVersion, version } from '../version.ts';
import { jsonBody } from './answer.ts';
import { openApiOf } from './openapi.ts';
import {
  type Action,
  count,
  counters,
  listOf,
  object,
  type Route,
  type Schema,
  text,
  yes,
} from './routes.ts';

/** Who a node is. Keys in base64url. */
export interface NodeInfo {
  readonly site: string;
  readonly siteName: string;
  readonly siteKey: string;
  readonly nodeKey: string;
  readonly name: string;
  readonly unixMs: number;
  readonly clockQuality: number;
}

export interface NeighbourInfo {
  /** Empty until it is proven. */
  readonly nodeKey: string;
  readonly name: string;
  readonly state: string;
  readonly costClass: string;
  readonly sinceMs: number;
  readonly bundlesSent: number;
  readonly bundlesReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly queuedBytes: number;
}

export interface StatusInfo {
  readonly uptimeMs: number;
  readonly boots: number;
  readonly store: Readonly<Record<string, number>>;
  readonly neighbours: readonly NeighbourInfo[];
  /** Open sessions. */
  readonly clients: number;
  /** Guests who wait for staff to let them in. */
  readonly guestsWaiting: number;
  readonly trust: {
    readonly epoch: number;
    readonly revokedKeys: number;
    /** Node keys in use on two machines. */
    readonly clones: number;
  };
  /** Links ended or never begun, by reason. */
  readonly linksRefused: Readonly<Record<string, number>>;
  readonly frozenAuthors: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** What further parts of the agent say of themselves, by name. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

export interface ApiSources {
  node(): NodeInfo;
  status(): StatusInfo;
  channels(): readonly ListedChannel[];
  /** Undefined when ready, else why not. */
  notReady(): string | undefined;
  metrics(): string;
  readonly metricsPublic: boolean;
  /** What else is answered under /api. */
  readonly further: readonly Route[];
  /** Those that the server takes beside the routes, for the document of the API. */
  readonly actions: readonly Action[];
}

const nodeSchema = object({
  api: count('Version of this API.'),
  version: text('Version of the software.'),
  site: text('Id of the site, 16 bytes in base64url.'),
  siteName: text('What the site is called.'),
  siteKey: text('Ed25519 key of the site root, 32 bytes in base64url.'),
  nodeKey: text('Ed25519 key of this node, 32 bytes in base64url.'),
  name: text('What this node is called.'),
  unixMs: count('Wall time as this node believes it.'),
  clockQuality: count('How far to believe it: 0 not, 1 as the device has it, 2 synced.'),
});

const neighbourSchema = object({
  nodeKey: text('Its key; empty until it is proven.'),
  name: text('Its name.'),
  state: { type: 'string', enum: ['greeting', 'reconciling', 'live'] },
  costClass: { type: 'string', enum: ['lan', 'radio', 'metered'] },
  sinceMs: count('How long the link stands.'),
  bundlesSent: count('Bundles sent to it over this link.'),
  bundlesReceived: count('Bundles received from it.'),
  bytesSent: count('Bytes sent.'),
  bytesReceived: count('Bytes received.'),
  queuedBytes: count('Bytes that wait to be sent, all lanes.'),
});

const statusSchema = object({
  node: nodeSchema,
  uptimeMs: count('Time since the start.'),
  boots: count('Starts since the store was made.'),
  store: counters('Sizes and counts of the store.'),
  neighbours: listOf(neighbourSchema),
  clients: count('Open sessions.'),
  guestsWaiting: count('Guests who wait for staff to let them in.'),
  trust: object({
    epoch: count('The site’s epoch as this node knows it.'),
    revokedKeys: count('Keys that the site’s lists revoke.'),
    clones: count('Node keys in use on two machines.'),
  }),
  linksRefused: counters('Links ended or never begun, by reason.'),
  frozenAuthors: count('Authors frozen because of a fork.'),
  dropped: counters('Bundles not taken, by reason.'),
  extensions: object({ gateway: { type: 'object', description: 'Broker and uplinks.' } }, [
    'gateway',
  ]),
});

const channelSchema: Schema = object(
  {
    tag: text('16 bytes in base64url.'),
    name: text('Its name; that of the site behind an @ when it is another site’s.'),
    kind: { type: 'string', enum: ['site', 'public', 'announcement', 'federated'] },
    topic: text('What it is about; may be empty.'),
    creator: text('The device key that made it, or the root key of the site whose it is.'),
    writers: listOf(text('A device key that may write, beside the creator.')),
    home: text('Another site’s channel: the root key of that site.'),
    writable: yes('Another site’s channel: whether what is written here goes there.'),
    crosses: object({
      publish: yes('What is written here goes to these sites.'),
      subscribe: yes('What is written there comes here.'),
      sites: listOf(text('What the admin calls the site.')),
    }),
  },
  ['writers', 'home', 'writable', 'crosses'],
);

export function apiRoutes(sources: ApiSources): Route[] {
  const node = () => ({ api: apiVersion, version, ...sources.node() });
  const json = { type: 'application/json' } as const;
  const plain = { type: 'text/plain' } as const;
  const routes: Route[] = [
    {
      ...json,
      path: '/api/v1/node',
      summary: 'Who this node is.',
      schema: nodeSchema,
      answer: () => jsonBody(node()),
    },
    {
      ...json,
      path: '/api/v1/status',
      summary: 'How this node is: counts only.',
      schema: statusSchema,
      answer: () => jsonBody({ node: node(), ...sources.status() }),
    },
    {
      ...json,
      path: '/api/v1/channels',
      summary: 'The channels that this node shows.',
      schema: object({ channels: listOf(channelSchema) }),
      answer: () => jsonBody({ channels: sources.channels() }),
    },
    {
      ...json,
      path: '/api/v1/openapi.json',
      summary: 'This document.',
      schema: { type: 'object' },
      answer: () => jsonBody(openApiOf(routes, sources.actions, version)),
    },
    {
      ...json,
      path: '/health',
      summary: 'The process lives.',
      schema: object({ ok: yes('Always true.') }),
      answer: () => jsonBody({ ok: true }),
    },
    {
      ...json,
      path: '/ready',
      summary: 'All of the node runs and bundles are taken.',
      schema: object({ ready: yes('Whether it is.'), reason: text('Why not.') }, ['reason']),
      others: { 503: 'Not ready; the reason says why.' },
      answer: () => {
        const reason = sources.notReady();
        return reason === undefined
          ? jsonBody({ ready: true })
          : jsonBody({ ready: false, reason }, 503);
      },
    },
    {
      ...plain,
      path: '/metrics',
      summary: 'Counts for Prometheus (text format 0.0.4).',
      isLocalOnly: () => !sources.metricsPublic,
      answer: () => ({ type: expositionType, text: sources.metrics() }),
    },
  ];
  routes.push(...sources.further);
  return routes;
}
