/**
 * The node's HTTP server with all that phones reach by it (step 1 of a message's way): the page,
 * the API, the sockets, and https beside it where the site has an authority.
 */

import type { Config } from '../config/index.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';
import type { NodeIdentity } from '../data-folder/identity.ts';
import { hostNamesOf } from '../node-names.ts';
import type { AgentParts } from '../parts.ts';
import { Acceptor } from '../socket/acceptor.ts';
import type { Hub } from '../socket/hub.ts';
import { type ApiSources, apiRoutes } from './api-routes.ts';
import { HttpsCare } from './https-care.ts';
import { machineNamesOf } from './machine-names.ts';
import { ownAddressCheck } from './own-addresses.ts';
import { type HttpCounters, HttpServer } from './server.ts';
import { authorityRoutes } from './trust-routes.ts';
import { WebFiles } from './web-files.ts';

export interface JoinedHttpOptions {
  readonly config: Config;
  readonly folder: DataFolder;
  readonly identity: NodeIdentity;
  /** What the node is called, which host names follow from. */
  readonly nodeName: string;
  /** Where the built web app lies; may be absent. */
  readonly webFolder: string;
  readonly parts: Pick<AgentParts, 'clock' | 'crypto' | 'random' | 'logger'>;
  readonly hub: Hub;
  readonly sources: ApiSources;
}

export class JoinedHttp {
  readonly https: HttpsCare;
  readonly #http: HttpServer;

  constructor(options: JoinedHttpOptions) {
    const { config, folder, identity, nodeName, webFolder, hub, sources } = options;
    const { clock, crypto, random, logger } = options.parts;
    const acceptor = new Acceptor({ clock, hub, logger: logger.child('socket') });
    this.#http = new HttpServer({
      clock,
      logger: logger.child('http'),
      host: config.httpHost,
      port: config.httpPort,
      tlsPort: config.httpTlsPort,
      routes: [...apiRoutes(sources), ...authorityRoutes(folder.path)],
      actions: sources.actions,
      web: new WebFiles(webFolder),
      hostRules: {
        names: hostNamesOf(nodeName),
        hostNames: config.httpHostNames.map((name) => name.toLowerCase()),
        isOwnAddress: ownAddressCheck(() => clock.monotonicMs()),
      },
      onUpgrade: (request, socket, head) => acceptor.accept(request, socket, head),
    });
    this.https = new HttpsCare({
      ...{ clock, crypto, random, logger: logger.child('https'), http: this.#http },
      folder: folder.path,
      siteName: identity.site.name,
      names: () => machineNamesOf(config, identity.node.name),
      isWanted: config.httpTlsPort !== 0,
    });
  }

  /** Once started. */
  get port(): number {
    return this.#http.port;
  }

  counters(): HttpCounters {
    return this.#http.counters();
  }

  async start(): Promise<void> {
    await this.#http.start();
    await this.https.start();
  }

  async stop(): Promise<void> {
    try {
      await this.https.stop();
    } finally {
      await this.#http.stop();
    }
  }
}
