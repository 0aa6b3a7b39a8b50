/**
 * One air of virtual controllers that all hear each other: btvirt, with what its air lacks
 * (machine/air.c). Below step 4 of a message's way.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AirPlan } from './airs.ts';
import { resultsFolder } from './event.ts';
import { Program } from './program.ts';

/** In memory: one that is written to at every packet must cost nothing. */
const folder = '/run/muster/airs';

export class Air {
  readonly #plan: AirPlan;
  #program: Program | undefined;

  constructor(plan: AirPlan) {
    this.#plan = plan;
  }

  /** What its controllers are told to do: lines as machine/air.c writes them. */
  static traceFile(number: number): string {
    return `${folder}/${number}.trace`;
  }

  /** How strongly all on this air hear each other from now on; undefined: nobody measures. */
  static setStrength(number: number, rssiDbm: number | undefined): void {
    const file = strengthFile(number);
    if (rssiDbm === undefined) rmSync(file, { force: true });
    else writeFileSync(file, String(rssiDbm));
  }

  start(): void {
    const { number, adapters, rssiDbm } = this.#plan;
    mkdirSync(folder, { recursive: true });
    Air.setStrength(number, rssiDbm);
    const environment = [
      `LD_PRELOAD=${resultsFolder}/air.so`,
      `AIR_STRENGTH=${strengthFile(number)}`,
      `AIR_TRACE=${Air.traceFile(number)}`,
    ];
    const command = ['env', ...environment, 'btvirt', `-l${adapters.length}`, '-L'];
    this.#program = new Program({ name: 'btvirt', command });
  }

  async end(): Promise<void> {
    await this.#program?.end('SIGKILL');
  }
}

function strengthFile(number: number): string {
  return `${folder}/${number}.dbm`;
}
