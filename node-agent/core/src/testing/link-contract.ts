/**
 * What every Link must do, whatever its medium: order, wholeness, back-pressure, and one end for
 * every link. Step 4 of a message's way relies on each of these. The maker says how time passes.
 */
import type { Link } from '../ports/link.ts';
import type { ContractTools } from './contract.ts';
import { LinkListener, numbered, pump } from './link-listener.ts';
import { intBelow, SeededRandom } from './seeded-random.ts';

export interface LinkPair {
  /** The end that opened the link, and the other one; neither is started yet. */
  readonly a: Link;
  readonly b: Link;
  readonly keyA: Uint8Array;
  readonly keyB: Uint8Array;
  /** Lets time pass until `condition` holds; fails when it never does. */
  until(condition: () => boolean): Promise<void>;
  /** Lets enough time pass for all that is under way to arrive. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface LinkContractOptions {
  readonly name: string;
  readonly make: () => Promise<LinkPair>;
}

/** A link must say "no more" before this much is waiting in it. */
const waitingBytesMax = 4 * 1024 * 1024;
const seed = 11;

interface Under extends LinkPair {
  readonly onA: LinkListener;
  readonly onB: LinkListener;
}

export function linkContract(options: LinkContractOptions, tools: ContractTools): void {
  const { assert } = tools;
  const test: Test = (what, run) => {
    tools.test(`${options.name}: ${what}`, async () => {
      const pair = await options.make();
      const onA = new LinkListener(pair.a);
      const onB = new LinkListener(pair.b);
      try {
        await run({ ...pair, onA, onB });
        await pair.settle();
        for (const listener of [onA, onB]) {
          assert.equal(listener.calledWithin, 0, 'a handler was called from within a call');
          assert.equal(listener.calledAfterClose, 0, 'a handler was called after onClose');
          assert.ok(listener.reasons.length <= 1, 'onClose was called twice');
        }
      } finally {
        await pair.stop();
      }
    });
  };
  carrying(test, assert);
  pressing(test, assert);
  closing(test, assert);
  refusing(test, assert);
}

type Test = (what: string, run: (under: Under) => Promise<void>) => void;
type Assert = ContractTools['assert'];

function carrying(test: Test, assert: Assert): void {
  test('both ends know the other key, and one of them opened it', async (under) => {
    const { a, b, keyA, keyB } = under;
    assert.deepEqual(Array.from(a.peerKey), Array.from(keyB));
    assert.deepEqual(Array.from(b.peerKey), Array.from(keyA));
    assert.equal(a.initiator, true);
    assert.equal(b.initiator, false);
    assert.equal(a.maxFrameBytes, b.maxFrameBytes);
    assert.ok(a.maxFrameBytes >= 512);
  });

  test('frames of every size arrive whole, once and in order', async (under) => {
    const { a, onA, onB, until } = under;
    const random = new SeededRandom(seed);
    const sizes = Array.from({ length: 200 }, () => 1 + intBelow(random, a.maxFrameBytes));
    sizes.push(1, 1, a.maxFrameBytes, 127, 128, a.maxFrameBytes, 1);
    onA.start();
    onB.start();
    pump(onA, sizes.length, (i) => sizes[i]!);
    await until(() => onB.frames.length === sizes.length);
    for (const [i, size] of sizes.entries()) {
      assert.deepEqual(Array.from(onB.frames[i]!), Array.from(numbered(i, size)), `frame ${i}`);
    }
  });

  test('frames that come before start are kept for it', async (under) => {
    const { onA, onB, until, settle } = under;
    onA.start();
    for (let i = 0; i < 5; i += 1) onA.send(numbered(i, 10));
    await settle();
    onB.start();
    await until(() => onB.frames.length === 5);
    assert.deepEqual(
      onB.frames.map((frame) => frame[3]),
      [0, 1, 2, 3, 4],
    );
  });

  test('ten thousand frames cross both ways at once', async (under) => {
    const { onA, onB, until } = under;
    const count = 10_000;
    const lastSeen = [-1, -1];
    let inOrder = true;
    for (const [i, listener] of [onA, onB].entries()) {
      listener.onFrameDo = (frame) => {
        const number = new DataView(frame.buffer, frame.byteOffset).getUint32(0);
        inOrder &&= number === lastSeen[i]! + 1 && frame.length === 4 + (number % 400);
        lastSeen[i] = number;
      };
      listener.start();
    }
    pump(onA, count, (i) => 4 + (i % 400));
    pump(onB, count, (i) => 4 + (i % 400));
    await until(() => lastSeen.every((number) => number === count - 1));
    assert.ok(inOrder);
  });
}

/** Sends until a link whose reader does not read takes no more; the number of frames taken. */
async function fill(listener: LinkListener, frameBytes: number, under: Under): Promise<number> {
  let sent = 0;
  let drains: number;
  do {
    drains = listener.drains;
    let more = true;
    while (more && sent * frameBytes <= waitingBytesMax) {
      more = listener.send(numbered(sent, frameBytes));
      sent += 1;
    }
    await under.settle();
  } while (listener.drains > drains && sent * frameBytes <= waitingBytesMax);
  return sent;
}

function pressing(test: Test, assert: Assert): void {
  test('a reader who does not read stops the sender; reading lets it go on', async (under) => {
    const { a, onA, onB, until } = under;
    onA.start();
    const sent = await fill(onA, a.maxFrameBytes, under);
    assert.ok(sent * a.maxFrameBytes <= waitingBytesMax, 'no back-pressure');
    const drains = onA.drains;
    onB.start();
    await until(() => onB.frames.length === sent && onA.drains > drains);
    assert.ok(
      onB.frames.every(
        (frame, i) => new DataView(frame.buffer, frame.byteOffset).getUint32(0) === i,
      ),
    );
    onA.send(numbered(7, 4));
    await until(() => onB.frames.length === sent + 1);
  });

  test('a full link closes at once on both sides', async (under) => {
    const { a, onA, onB, until } = under;
    onA.start();
    await fill(onA, a.maxFrameBytes, under);
    onA.close('enough');
    await until(() => onA.reasons.length === 1);
    onB.start();
    await until(() => onB.reasons.length === 1);
    assert.deepEqual(onA.reasons, ['enough']);
  });
}

function closing(test: Test, assert: Assert): void {
  test('what was sent before close arrives; then each side is told once', async (under) => {
    const { onA, onB, until } = under;
    onA.start();
    onB.start();
    for (let i = 0; i < 20; i += 1) onA.send(numbered(i, 100));
    onA.close('done here');
    onA.close('again');
    await until(() => onA.reasons.length + onB.reasons.length === 2);
    assert.equal(onB.frames.length, 20);
    assert.deepEqual(onA.reasons, ['done here']);
    onB.close('late');
  });

  test('after close nothing is taken and nothing arrives', async (under) => {
    const { onA, onB, until } = under;
    onA.start();
    onB.start();
    onA.close('done here');
    onA.send(numbered(1, 10));
    onB.send(numbered(2, 10));
    await until(() => onA.reasons.length + onB.reasons.length === 2);
    onA.send(numbered(3, 10));
    onB.send(numbered(4, 10));
    await under.settle();
    assert.equal(onA.frames.length + onB.frames.length, 0);
  });

  test('both may close at the same moment', async (under) => {
    const { onA, onB, until } = under;
    onA.start();
    onB.start();
    onA.close('a first');
    onB.close('b first');
    await until(() => onA.reasons.length + onB.reasons.length === 2);
    assert.deepEqual([...onA.reasons, ...onB.reasons], ['a first', 'b first']);
  });

  test('a link that closed before start is told so at start', async (under) => {
    const { onA, onB, until, settle } = under;
    onA.start();
    onA.send(numbered(0, 10));
    onA.close('gone already');
    await settle();
    onB.start();
    await until(() => onB.reasons.length === 1);
    assert.equal(onB.frames.length, 1);
  });

  test('a link may be closed from within a handler', async (under) => {
    const { onA, onB, until } = under;
    onA.start();
    onB.onFrameDo = (frame) => {
      onB.frames.push(frame);
      onB.close('first frame is enough');
    };
    onB.start();
    for (let i = 0; i < 5; i += 1) onA.send(numbered(i, 10));
    await until(() => onA.reasons.length + onB.reasons.length === 2);
    assert.equal(onB.frames.length, 1);
    assert.deepEqual(onB.reasons, ['first frame is enough']);
  });
}

function refusing(test: Test, assert: Assert): void {
  for (const [what, bytesOver] of [
    ['a frame over the maximum', 1],
    ['an empty frame', Number.NaN],
  ] as const) {
    test(`${what} closes the link with the reason frame-size`, async (under) => {
      const { a, onA, onB, until } = under;
      onA.start();
      onB.start();
      const bytes = Number.isNaN(bytesOver) ? 0 : a.maxFrameBytes + bytesOver;
      assert.equal(onA.send(numbered(0, bytes)), false);
      await until(() => onA.reasons.length + onB.reasons.length === 2);
      assert.deepEqual(onA.reasons, ['frame-size']);
      assert.equal(onB.frames.length, 0);
    });
  }
}
