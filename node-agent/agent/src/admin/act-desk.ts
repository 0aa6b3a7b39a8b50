/**
 * Carries out what admins tell this node to do: each act once, only young ones, only within the
 * powers of the admin's certificate. What an act says is believed because the admin key signed the
 * bundle and the core judged its ticket; how old a neighbour says it is, is not believed alone.
 */
import {
  type AdminAct,
  bytesKey,
  type Clock,
  equalBytes,
  type Logger,
  MusterError,
  type ReadBundle,
  stampOfOrderKey,
  toBase64url,
} from '@muster/core';
import type { ActCommand, ActCommands } from './act-commands.ts';
import type { AdminStanding } from './admin-standing.ts';
import type { CarriedOut } from './carried-out.ts';
import { adminLimits } from './limits.ts';
import type { ActError, ActResult } from './site-view.ts';

export interface ActDeskOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Key of this node, 32 bytes. */
  readonly ownKey: Uint8Array;
  readonly commands: ActCommands;
  readonly carriedOut: CarriedOut;
  standingOf(bundle: ReadBundle): AdminStanding | undefined;
  /** Something new is to be reported. */
  onResult(): void;
}

/** What became of an act here, for the report. */
export interface CarriedAct {
  readonly id: Uint8Array;
  readonly command: string;
  readonly result: ActResult;
}

export class ActDesk {
  readonly #options: ActDeskOptions;
  /** Acts that a session of this node handed in and whose result it awaits, by id. */
  readonly #handedIn = new Set<string>();
  /** Newest last; at most actResultsMax. */
  readonly #results = new Map<string, Promise<ActResult>>();
  readonly #carried: CarriedAct[] = [];

  constructor(options: ActDeskOptions) {
    this.#options = options;
  }

  /** The last ones that this node carried out, or refused to, newest first. */
  get carried(): readonly CarriedAct[] {
    return this.#carried;
  }

  /** An act handed in here by its admin's own session: secrets in its result go to no one else. */
  expect(id: Uint8Array): void {
    this.#handedIn.add(bytesKey(id));
    if (this.#handedIn.size > adminLimits.actResultsMax) {
      const [oldest] = this.#handedIn;
      this.#handedIn.delete(oldest!);
    }
  }

  /** New on disk here; of an author whose ticket proves the role admin. */
  onAct(act: AdminAct, bundle: ReadBundle): void {
    if (act.node.length === 0 || !equalBytes(act.node, this.#options.ownKey)) return;
    const result = this.#carryOut(act, bundle);
    const key = bytesKey(bundle.id);
    this.#results.set(key, result);
    if (this.#results.size > adminLimits.actResultsMax) {
      const [oldest] = this.#results.keys();
      this.#results.delete(oldest!);
    }
    void result.then((done) => this.#note(act, bundle, done));
  }

  /** Of an act that is on disk; `sent` where nothing was to be done here. */
  resultOf(id: Uint8Array): Promise<ActResult> {
    return this.#results.get(bytesKey(id)) ?? Promise.resolve({ ok: true, sent: true });
  }

  async #carryOut(act: AdminAct, bundle: ReadBundle): Promise<ActResult> {
    const { commands, logger, clock } = this.#options;
    const command = commands.find(act.command);
    const isHere = this.#handedIn.delete(bytesKey(bundle.id));
    const fault = this.#faultOf(command, bundle, isHere);
    if (fault) return { ok: false, error: fault };
    logger.info('act', { command: act.command, by: toBase64url(bundle.author).slice(0, 8) });
    const late = Promise.withResolvers<ActResult>();
    const timer = clock.after(adminLimits.actMsMax, () =>
      late.resolve({ ok: false, error: faults.slow }),
    );
    const run = async (): Promise<unknown> => command!.run(paramsOf(act.params));
    const done = run().then(boundedResult, (error: unknown) => {
      if (!(error instanceof MusterError)) {
        logger.error('act failed', { command: act.command, error: String(error) });
      }
      return { ok: false, error: errorOf(error) } as const;
    });
    const result = await Promise.race([done, late.promise]);
    timer.cancel();
    return result;
  }

  /** Cheapest first; the last one remembers it as carried out, on disk, before it is. */
  #faultOf(
    command: ActCommand | undefined,
    bundle: ReadBundle,
    isHere: boolean,
  ): ActError | undefined {
    const { carriedOut } = this.#options;
    if (!command) return faults.unknown;
    if (command.isHereOnly && !isHere) return faults.hereOnly;
    const standing = this.#options.standingOf(bundle);
    if (!standing || (standing.powers & command.power) === 0) return faults.power;
    if (bundle.ageNowMs > adminLimits.actAgeMsMax || this.#isOldByClock(bundle)) return faults.old;
    return carriedOut.take(bundle) ? undefined : faults.repeated;
  }

  /** Where this node's clock is synced and so was the author's: whatever age others say. */
  #isOldByClock({ orderKey }: ReadBundle): boolean {
    const { unixMs, quality } = this.#options.clock.wall();
    const { actDriftMsMax } = adminLimits;
    return quality === 2 && Math.abs(unixMs - stampOfOrderKey(orderKey).ms) > actDriftMsMax;
  }

  #note({ command }: AdminAct, { id }: ReadBundle, result: ActResult): void {
    this.#carried.unshift({ id, command, result });
    this.#carried.splice(adminLimits.actsReportedMax);
    this.#options.onResult();
  }
}

/** What is for the command; the rest is for people who read the trail. */
function paramsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    const { via, label, ...params } = value as Record<string, unknown>;
    return params;
  } catch {
    return {};
  }
}

function boundedResult(result: unknown): ActResult {
  const isFitting = (JSON.stringify(result ?? null)?.length ?? 0) <= adminLimits.resultBytesMax;
  return isFitting ? { ok: true, result: result ?? null } : { ok: false, error: faults.long };
}

function errorOf(error: unknown): ActError {
  if (!(error instanceof MusterError)) return faults.unexpected;
  const { code, message, mend } = error;
  return { code, message, mend };
}

const faults = {
  unknown: {
    code: 'unknown-command',
    message: 'This node does not know what it was told to do.',
    mend: 'It may run another version, or be no gateway.',
  },
  power: {
    code: 'power-missing',
    message: 'The certificate of this admin does not allow that.',
    mend: 'Ask an admin who may, or have the site’s root give you that power.',
  },
  old: {
    code: 'act-old',
    message: 'It came to its node too long after it was signed, so it was not carried out.',
    mend: 'Do it again while the node is in reach.',
  },
  repeated: {
    code: 'act-repeated',
    message: 'It was carried out before.',
    mend: 'Do it again, as a new act, if it is meant twice.',
  },
  hereOnly: {
    code: 'here-only',
    message: 'The answer holds a secret, which must not travel through the mesh.',
    mend: 'Open the admin page of that node itself and do it there.',
  },
  slow: {
    code: 'act-slow',
    message: 'It takes longer than a minute and goes on.',
    mend: 'Look at the node’s report in a while.',
  },
  long: {
    code: 'result-long',
    message: 'The answer is too long to be shown here.',
    mend: 'Ask with the muster command on that node.',
  },
  unexpected: {
    code: 'unexpected',
    message: 'It failed in a way that nobody foresaw.',
    mend: 'See the log of the node, and report it.',
  },
} as const satisfies Record<string, ActError>;
