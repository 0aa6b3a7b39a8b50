/**
 * The extensions of one agent together: started in their order, stopped in the reverse one, told of
 * what the node tells. A fault in one of them must not keep the others or the node from working.
 */
import type { Logger, ReadBundle, SitePolicy } from '@muster/core';
import type { ReportPart } from './admin/report-part.ts';
import type { AgentExtension, AgentHost, ControlCommand } from './extension.ts';
import type { Metric } from './metrics/exposition.ts';

export class Extensions {
  readonly #extensions: readonly AgentExtension[];
  readonly #logger: Logger;
  readonly #started: AgentExtension[] = [];

  constructor(extensions: readonly AgentExtension[], logger: Logger) {
    this.#extensions = extensions;
    this.#logger = logger;
  }

  async start(host: AgentHost): Promise<void> {
    for (const extension of this.#extensions) {
      const logger = host.logger.child(extension.name);
      // Noted before, so that one that fails half-way is stopped too.
      this.#started.push(extension);
      await extension.start({ ...host, logger });
    }
  }

  async stop(): Promise<void> {
    for (const extension of this.#started.splice(0).reverse()) {
      try {
        await extension.stop();
      } catch (error) {
        this.#logger.error('an extension did not stop', {
          extension: extension.name,
          error: String(error),
        });
      }
    }
  }

  onBundle(bundle: ReadBundle): void {
    this.#tell((extension) => extension.onBundle?.(bundle));
  }

  onNeighbours(): void {
    this.#tell((extension) => extension.onNeighbours?.());
  }

  onChannels(): void {
    this.#tell((extension) => extension.onChannels?.());
  }

  onPolicy(policy: SitePolicy): void {
    this.#tell((extension) => extension.onPolicy?.(policy));
  }

  commands(): ReadonlyMap<string, ControlCommand> {
    return new Map(this.#started.flatMap(({ commands }) => Object.entries(commands ?? {})));
  }

  status(): Readonly<Record<string, unknown>> {
    const states = this.#started.map((extension) => [extension.name, extension.status?.() ?? {}]);
    return Object.fromEntries(states);
  }

  metrics(): readonly Metric[] {
    return this.#started.flatMap((extension) => extension.metrics?.() ?? []);
  }

  reports(): readonly ReportPart[] {
    return this.#started.flatMap((extension) => extension.report?.() ?? []);
  }

  #tell(event: (extension: AgentExtension) => void): void {
    for (const extension of this.#started) {
      try {
        event(extension);
      } catch (error) {
        this.#logger.error('an extension failed', {
          extension: extension.name,
          error: String(error),
        });
      }
    }
  }
}
