/**
 * What every Clock must do, virtual or real. The maker says how time passes: virtual clocks
 * advance, real ones wait. Belongs to no step.
 */
import type { Clock } from '../ports/clock.ts';
import type { ContractTools } from './contract.ts';

export interface ClockUnderTest {
  readonly clock: Clock;
  /** Resolves once at least `ms` have passed on the clock and all that fell due has run. */
  pass(ms: number): Promise<void>;
}

/** Longer than a 32-bit timer can count, about 35 days. */
const longDelayMs = 3_000_000_000;

export function clockContract(name: string, make: () => ClockUnderTest, tools: ContractTools) {
  const { assert } = tools;
  const test = (what: string, run: (under: ClockUnderTest) => Promise<void>): void => {
    tools.test(`${name}: ${what}`, () => run(make()));
  };

  test('monotonic time passes and never goes back', async ({ clock, pass }) => {
    let last = clock.monotonicMs();
    const first = last;
    for (let i = 0; i < 10; i += 1) {
      await pass(2);
      const now = clock.monotonicMs();
      assert.ok(now >= last);
      last = now;
    }
    assert.ok(last - first >= 20);
  });

  test('the wall says a time and how far it can be believed', async ({ clock }) => {
    const { unixMs, quality } = clock.wall();
    assert.ok(Number.isSafeInteger(unixMs));
    assert.ok(quality === 0 || quality === 1 || quality === 2);
  });

  test('a timer runs once, not before its time and never synchronously', async (under) => {
    const { clock, pass } = under;
    let ranAtMs: number[] = [];
    const madeAtMs = clock.monotonicMs();
    clock.after(10, () => ranAtMs.push(clock.monotonicMs()));
    clock.after(0, () => ranAtMs.push(clock.monotonicMs()));
    clock.after(-5, () => ranAtMs.push(clock.monotonicMs()));
    assert.deepEqual(ranAtMs, []);
    await pass(40);
    assert.equal(ranAtMs.length, 3);
    // Platforms count whole milliseconds, so a timer may come a fraction of one early.
    assert.ok(ranAtMs[2]! - madeAtMs >= 9);
    ranAtMs = [];
    await pass(20);
    assert.deepEqual(ranAtMs, []);
  });

  test('timers run in the order of their times', async ({ clock, pass }) => {
    const ran: string[] = [];
    clock.after(30, () => ran.push('late'));
    clock.after(5, () => ran.push('early'));
    clock.after(5, () => ran.push('early too'));
    await pass(60);
    assert.deepEqual(ran, ['early', 'early too', 'late']);
  });

  test('a cancelled timer does not run; cancelling late does no harm', async (under) => {
    const { clock, pass } = under;
    const ran: string[] = [];
    const cancelled = clock.after(5, () => ran.push('cancelled'));
    const kept = clock.after(5, () => ran.push('kept'));
    cancelled.cancel();
    cancelled.cancel();
    await pass(30);
    kept.cancel();
    assert.deepEqual(ran, ['kept']);
  });

  test('a timer may start and cancel timers', async ({ clock, pass }) => {
    const ran: string[] = [];
    clock.after(2, () => {
      other.cancel();
      clock.after(2, () => ran.push('second'));
    });
    const other = clock.after(20, () => ran.push('other'));
    await pass(60);
    assert.deepEqual(ran, ['second']);
  });

  test('a delay of weeks does not run at once', async ({ clock, pass }) => {
    const ran: string[] = [];
    const timer = clock.after(longDelayMs, () => ran.push('early by weeks'));
    await pass(20);
    timer.cancel();
    assert.deepEqual(ran, []);
  });
}
