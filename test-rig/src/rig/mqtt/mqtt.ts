/**
 * `npm run rig -- mqtt`: the attack battery against the gateway's broker, and its conformance by
 * mosquitto's client tools, with honest clients beside all of it. The broker must be the same
 * process at the end; no honest client may be cut, lose or wait. Names each case and what was seen.
 */
import { existsSync } from 'node:fs';
import type { RigReport } from '../report.ts';
import { conformanceCases } from './cases/conformance.ts';
import { connectCases } from './cases/connect.ts';
import { exhaustionCases } from './cases/exhaustion.ts';
import { malformedCases } from './cases/malformed.ts';
import { publishCases, residentBytes } from './cases/publish.ts';
import { qos2Cases } from './cases/qos2.ts';
import { subscribeCases } from './cases/subscribe.ts';
import { tlsCases } from './cases/tls.ts';
import { webSocketCases } from './cases/web-socket.ts';
import { Honest } from './honest/honest.ts';
import { afterRestart, beforeRestart } from './restart.ts';
import { Arena, type RigCase } from './rig-case.ts';
import { TargetFolder } from './target/broker-target.ts';
import type { Target } from './target/target.ts';

/** The goal of threats-and-tests: with 200 slow clients, and in every other phase. */
const honestP99MsMax = 500;
const calmMs = 3_000;

const phases: readonly { readonly name: string; readonly cases: readonly RigCase[] }[] = [
  { name: 'connect', cases: connectCases },
  { name: 'subscribe', cases: subscribeCases },
  { name: 'publish', cases: publishCases },
  { name: 'malformed', cases: malformedCases },
  { name: 'qos2', cases: qos2Cases },
  { name: 'webSocket', cases: webSocketCases },
  { name: 'tls', cases: tlsCases },
  ...exhaustionCases.map((one) => ({ name: one.name, cases: [one] })),
  { name: 'conformance', cases: conformanceCases },
];

export function runMqtt(say: (line: string) => void): Promise<RigReport> {
  return new MqttRig(say).run();
}

class MqttRig {
  readonly #say: (line: string) => void;
  readonly #folder = new TargetFolder();
  readonly #honest = new Honest();
  readonly #failures: string[] = [];
  readonly #figures: Record<string, number> = {};
  #passed = 0;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  async run(): Promise<RigReport> {
    let target: Target | undefined;
    try {
      await this.#folder.prepare();
      target = await this.#folder.start();
      await this.#battery(target);
      await this.#restart(target, (restarted) => {
        target = restarted;
      });
    } finally {
      this.#honest.kill();
      await target?.stop();
      this.#folder.remove();
    }
    const figures = { cases: this.#passed, ...this.#figures };
    return { name: 'mqtt', figures, failures: this.#failures };
  }

  async #battery(target: Target): Promise<void> {
    await this.#honest.begin(target);
    await new Promise((resolve) => setTimeout(resolve, calmMs));
    await this.#measure('calm');
    this.#figures.residentBeforeMb = residentBytes(target.pid) / 1e6;
    for (const { name, cases } of phases) {
      for (const one of cases) await this.#play(one, target);
      await this.#measure(name);
    }
    this.#figures.residentAfterMb = residentBytes(target.pid) / 1e6;
    const { published, acknowledged, delivered, wanted } = await this.#honest.end();
    const isWhole = acknowledged === published && delivered === wanted;
    if (!isWhole) {
      const held = `${acknowledged} of ${published} acknowledged`;
      this.#failures.push(`honest clients: ${delivered} of ${wanted} delivered, ${held}`);
    }
    if (this.#honest.cuts > 0) this.#failures.push(`${this.#honest.cuts} honest clients were cut`);
    this.#figures.honestDeliveries = delivered;
  }

  async #play(one: RigCase, target: Target): Promise<void> {
    const arena = new Arena(target);
    const startedMs = performance.now();
    let outcome: string;
    try {
      outcome = await one.run(arena);
      this.#passed++;
    } catch (error) {
      const what = shortened((error as Error).message);
      outcome = `FAILED: ${what}`;
      this.#failures.push(`${one.name}: ${what}`);
    }
    arena.clear();
    const tookMs = Math.round(performance.now() - startedMs);
    this.#say(`${one.name.padEnd(52)} ${outcome} (${tookMs} ms)`);
    if (!existsSync(`/proc/${target.pid}`))
      throw new Error(`"${one.name}" brought the broker down`);
  }

  async #measure(name: string): Promise<void> {
    const { deliveries, p50Ms, p99Ms, worstMs } = await this.#honest.phase();
    const ms = (value: number) => `${value.toFixed(1)} ms`;
    this.#say(`-- honest during ${name}: p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}, worst ${ms(worstMs)}`);
    this.#figures[`${name} p50Ms`] = p50Ms;
    this.#figures[`${name} p99Ms`] = p99Ms;
    if (deliveries === 0) this.#failures.push(`${name}: the honest clients heard nothing`);
    if (p99Ms > honestP99MsMax) this.#failures.push(`${name}: honest p99 of ${ms(p99Ms)}`);
  }

  /** The one restart, which we ask for ourselves. */
  async #restart(target: Target, onStarted: (target: Target) => void): Promise<void> {
    const restart: RigCase = {
      name: 'tools: sessions and retained messages over a restart',
      run: async () => {
        await beforeRestart(target);
        await target.stop();
        const restarted = await this.#folder.start();
        onStarted(restarted);
        return afterRestart(restarted);
      },
    };
    const arena = new Arena(target);
    try {
      this.#say(`${restart.name.padEnd(52)} ${await restart.run(arena)}`);
      this.#passed++;
    } catch (error) {
      const what = shortened((error as Error).message);
      this.#say(`${restart.name.padEnd(52)} FAILED: ${what}`);
      this.#failures.push(`${restart.name}: ${what}`);
    }
  }
}

/** On one line, and no payload of 32 KiB in it. */
function shortened(message: string): string {
  return message.replace(/\s+/g, ' ').slice(0, 300);
}
