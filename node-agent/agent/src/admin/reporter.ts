/**
 * Writes this node's reports: every ten minutes, every ten seconds while an admin watches anywhere,
 * and soon after a new problem. What the machine says is sampled with a report and at no other
 * time. A report that the node does not take is left out; the next one says the same.
 */
import {
  BundleKind,
  type Clock,
  encodeNodeReport,
  type Logger,
  type NodeReport,
  Scope,
  type Timer,
} from '@muster/core';
import type { OwnAuthor } from '../extension.ts';
import { adminLimits } from './limits.ts';
import type { MachineProbe, MachineSample } from './machine-probe.ts';

export interface ReporterOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly author: OwnAuthor;
  readonly probe: MachineProbe;
  /** The tag of the site's reports, 16 bytes. */
  readonly tag: Uint8Array;
  /** Whether an admin watches somewhere. */
  isWanted(): boolean;
  /** What takes a moment and is told with the report. */
  look(): Promise<void>;
  compose(machine: MachineSample, given: { readonly isWritten: boolean }): NodeReport;
}

export class Reporter {
  readonly #options: ReporterOptions;
  #timer: Timer | undefined;
  #dueMs = 0;
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  /** When the last one that is kept for long was written. */
  #keptAtMs = Number.NEGATIVE_INFINITY;
  #machine: MachineSample = {};
  /** Codes of problems in the last report; undefined before the first. */
  #told: ReadonlySet<string> | undefined;
  #isStopped = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#plan(adminLimits.firstReportMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Something that admins should know at once; still never more often than every few seconds. */
  soon(): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#plan(Math.max(0, this.#writtenAtMs + adminLimits.urgentReportMsMin - nowMs));
  }

  /** Looks for a problem that was not told yet, without asking the machine. */
  check(): void {
    const told = this.#told;
    if (!told) return;
    const { problems } = this.#options.compose(this.#machine, { isWritten: false });
    if (problems.some(({ code }) => !told.has(code))) this.soon();
  }

  #plan(afterMs: number): void {
    const { clock } = this.#options;
    const dueMs = clock.monotonicMs() + afterMs;
    if (this.#isStopped || (this.#timer && this.#dueMs <= dueMs)) return;
    this.#timer?.cancel();
    this.#dueMs = dueMs;
    this.#timer = clock.after(afterMs, () => void this.#writeAndPlan());
  }

  async #writeAndPlan(): Promise<void> {
    this.#timer = undefined;
    try {
      await this.#write();
    } catch (error) {
      this.#options.logger.error('no report', { error: String(error) });
    }
    const { reportEveryMs, watchedReportEveryMs } = adminLimits;
    this.#plan(this.#options.isWanted() ? watchedReportEveryMs : reportEveryMs);
  }

  async #write(): Promise<void> {
    const { clock, probe, logger, compose, look } = this.#options;
    try {
      this.#machine = await probe.sample();
    } catch (error) {
      logger.warn('the machine cannot be sampled', { error: String(error) });
    }
    await look();
    if (this.#isStopped) return;
    const report = compose(this.#machine, { isWritten: true });
    this.#told = new Set(report.problems.map(({ code }) => code));
    const nowMs = clock.monotonicMs();
    this.#writtenAtMs = nowMs;
    this.#put(report, nowMs);
  }

  #put(report: NodeReport, nowMs: number): void {
    const { author, tag, logger } = this.#options;
    const isKept = nowMs - this.#keptAtMs >= adminLimits.reportEveryMs - 1_000;
    const { reportLifetimeS, watchedReportLifetimeS } = adminLimits;
    const lifetimeS = isKept ? reportLifetimeS : watchedReportLifetimeS;
    if (isKept) this.#keptAtMs = nowMs;
    const payload = encodeNodeReport(report);
    const draft = { kind: BundleKind.nodeReport, tag, payload, lifetimeS };
    author.write({ ...draft, scope: Scope.site }, (answer) => {
      if (!answer.ok) logger.debug('a report was not taken', { reason: answer.reason });
    });
  }
}
