/**
 * What every Uplink must do: confirm each send once, say up and down, take in what comes, and stay
 * silent after stop. Run by the memory uplink, the relay and the upstream broker alike.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutgoingBundle, SendAnswer, Uplink } from '../../src/uplinks/uplink.ts';

export interface UplinkUnderTest {
  readonly uplink: Uplink;
  /** A new bundle that may leave. */
  next(): OutgoingBundle;
  /** Ids (hex) of what the other side has, one entry for each copy that it was given. */
  arrived(): readonly string[];
  /** The line is cut; what is on the way is lost. The other side stays. */
  cut(): void;
  /** No connection can be made, until `mend`. */
  sever(): void;
  mend(): void;
  /** The other side brings something new. */
  bring(): void;
  /** How many of those were taken in so far. */
  taken(): number;
  /** Lets time pass until this holds; fails when it never does. */
  until(condition: () => boolean): Promise<void>;
  /** Lets all that is under way come to its end. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

interface Heard {
  up: number;
  readonly down: string[];
}

/** One test: the uplink, what was heard of it, and how to start it and wait until it is up. */
type Check = (
  what: string,
  run: (made: UplinkUnderTest, heard: Heard, begin: () => Promise<void>) => Promise<void>,
) => void;

export interface UplinkContractOptions {
  readonly name: string;
  readonly make: () => Promise<UplinkUnderTest>;
}

export function uplinkContract(options: UplinkContractOptions): void {
  const check = checker(options);
  sendingContract(check);
  lineContract(check);
}

function checker({ name, make }: UplinkContractOptions): Check {
  return (what, run) => {
    test(`${name}: ${what}`, async () => {
      const heard: Heard = { up: 0, down: [] };
      const made = await make();
      const begin = async (): Promise<void> => {
        made.uplink.start({
          onUp: () => {
            heard.up += 1;
          },
          onDown: (reason) => heard.down.push(reason),
          onBundle: (_bundle, onAnswer) => {
            onAnswer({ ok: true, id: new Uint8Array(32), nodes: 1 });
          },
          onSeen: (_id, onKept) => onKept(),
        });
        await made.until(() => heard.up > 0);
      };
      try {
        await run(made, heard, begin);
      } finally {
        await made.uplink.stop();
        await made.close();
      }
    });
  };
}

function sendingContract(check: Check): void {
  check('says up once, and its state', async (made, heard, begin) => {
    assert.equal(made.uplink.status().state, 'stopped');
    await begin();
    await made.settle();
    assert.equal(heard.up, 1);
    assert.equal(made.uplink.status().state, 'up');
    assert.equal(made.uplink.status().problem, '');
  });

  check('stops without a start and twice', async (made, heard, begin) => {
    await made.uplink.stop();
    await begin();
    await made.uplink.stop();
    await made.uplink.stop();
    assert.equal(made.uplink.status().state, 'stopped');
    await made.settle();
    assert.deepEqual(heard.down, []);
  });

  check('confirms each send exactly once', async (made, _heard, begin) => {
    await begin();
    const answers: SendAnswer[] = [];
    for (let i = 0; i < 20; i += 1) made.uplink.send(made.next(), (answer) => answers.push(answer));
    await made.until(() => answers.length === 20);
    await made.settle();
    assert.deepEqual(answers, Array(20).fill({ ok: true }));
    assert.equal(new Set(made.arrived()).size, 20);
    assert.equal(made.arrived().length, 20);
  });

  check('says down at a cut, comes up again by itself', async (made, heard, begin) => {
    await begin();
    made.cut();
    await made.until(() => heard.down.length === 1 && heard.up === 2);
    const answers: SendAnswer[] = [];
    made.uplink.send(made.next(), (answer) => answers.push(answer));
    await made.until(() => answers.length === 1);
    assert.deepEqual(answers, [{ ok: true }]);
  });
}

function lineContract(check: Check): void {
  check('what was under way at a cut is not confirmed later', async (made, heard, begin) => {
    await begin();
    const answers: SendAnswer[] = [];
    for (let i = 0; i < 10; i += 1) made.uplink.send(made.next(), (answer) => answers.push(answer));
    made.cut();
    await made.until(() => heard.down.length === 1);
    const atDown = answers.length;
    await made.until(() => heard.up === 2);
    await made.settle();
    assert.equal(answers.length, atDown);
  });

  check('says why it is down, and comes up when it can', async (made, heard, begin) => {
    await begin();
    made.sever();
    await made.until(() => heard.down.length === 1);
    await made.settle();
    assert.notEqual(made.uplink.status().state, 'up');
    assert.notEqual(made.uplink.status().problem, '');
    made.mend();
    await made.until(() => heard.up === 2);
    assert.equal(made.uplink.status().problem, '');
  });

  check('takes in what comes, once', async (made, _heard, begin) => {
    await begin();
    made.bring();
    made.bring();
    await made.until(() => made.taken() === 2);
    await made.settle();
    assert.equal(made.taken(), 2);
    assert.equal(made.uplink.status().received, 2);
  });

  check('is silent after stop', async (made, heard, begin) => {
    await begin();
    const answers: SendAnswer[] = [];
    made.uplink.send(made.next(), (answer) => answers.push(answer));
    await made.uplink.stop();
    const atStop = answers.length;
    await made.settle();
    assert.equal(answers.length, atStop);
    assert.deepEqual(heard.down, []);
  });
}
