/**
 * What every Random must do: fresh bytes of any length. Belongs to no step. It cannot prove that a
 * source is secure; it only catches one that is broken.
 */
import type { Random } from '../ports/random.ts';
import type { ContractTools } from './contract.ts';

/** Browsers refuse more than this in one call to the platform's generator. */
const platformBytesMax = 65_536;

export function randomContract(name: string, make: () => Random, tools: ContractTools) {
  const { assert } = tools;

  tools.test(`${name}: gives as many bytes as asked, also none and very many`, () => {
    const random = make();
    for (const length of [0, 1, 3, 4, 32, 33, platformBytesMax + 1]) {
      const bytes = random.bytes(length);
      assert.ok(bytes instanceof Uint8Array);
      assert.equal(bytes.length, length);
    }
  });

  tools.test(`${name}: never gives the same bytes or the same memory twice`, () => {
    const random = make();
    const seen = new Set<string>();
    const first = random.bytes(16);
    const copy = first.slice();
    for (let i = 0; i < 1000; i += 1) seen.add(random.bytes(16).join());
    assert.equal(seen.size, 1000);
    assert.deepEqual(first, copy);
  });

  tools.test(`${name}: uses every byte value about equally`, () => {
    const counts = new Array<number>(256).fill(0);
    for (const byte of make().bytes(256 * 1000)) counts[byte]! += 1;
    // Mean 1000, standard deviation 32: eight of them away happens by chance once in 10^15.
    assert.ok(Math.min(...counts) > 750 && Math.max(...counts) < 1250);
  });
}
