/** The honest clients as the rig sees them: begin, ask for each phase, end with the totals. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Target } from '../target/target.ts';
import type { HonestRequest, HonestTotals, Phase, PhaseReport } from './protocol.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const answerMsMax = 30_000;

export class Honest {
  readonly #child: ChildProcess = fork(main, [], { execArgv: [] });
  #waiting: { kind: PhaseReport['kind']; resolve(report: PhaseReport): void } | undefined;
  #cuts = 0;

  /** How many honest connections the broker ended. */
  get cuts(): number {
    return this.#cuts;
  }

  async begin({ ports, credentials }: Target): Promise<void> {
    this.#child.on('message', (report: PhaseReport) => {
      if (report.kind === 'cut') this.#cuts++;
      if (report.kind === this.#waiting?.kind) this.#waiting.resolve(report);
    });
    const { name, password } = credentials.honest;
    await this.#ask({ kind: 'begin', port: ports.mqtt, username: name, password }, 'begun');
  }

  async phase(): Promise<Phase> {
    return (await this.#ask({ kind: 'phase' }, 'phase')) as Extract<PhaseReport, Phase>;
  }

  async end(): Promise<HonestTotals> {
    return (await this.#ask({ kind: 'end' }, 'ended')) as Extract<PhaseReport, HonestTotals>;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #ask(request: HonestRequest, kind: PhaseReport['kind']): Promise<PhaseReport> {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error(`the honest clients did not answer "${request.kind}"`));
      const late = setTimeout(fail, answerMsMax);
      const answer = (report: PhaseReport): void => {
        clearTimeout(late);
        resolve(report);
      };
      this.#waiting = { kind, resolve: answer };
      this.#child.send(request);
    });
  }
}
