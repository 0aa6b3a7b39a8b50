/**
 * What every Crypto back end must do, held by one file of vectors
 * (docs/protocol/vectors/crypto.json), so that Node and the browser accept the very same
 * signatures. Steps 1 and 2 of a message's way rest on it.
 */
import type { Crypto } from '../ports/crypto.ts';
import type { ContractTools } from './contract.ts';

interface SignatureVector {
  readonly note: string;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
}

/** The shape of crypto.json; all bytes are hex. */
export interface CryptoVectors {
  readonly ed25519: {
    readonly valid: readonly (SignatureVector & { readonly seed: string })[];
    readonly mixedOrderValid: readonly SignatureVector[];
    readonly refused: readonly SignatureVector[];
  };
  readonly blake2b: readonly {
    readonly parts: readonly string[];
    readonly lengthBytes: number;
    readonly hash: string;
  }[];
  readonly xchacha20poly1305: readonly {
    readonly note: string;
    readonly plain: string;
    readonly associated: string;
    readonly nonce: string;
    readonly key: string;
    readonly box: string;
  }[];
}

export interface CryptoContractOptions {
  readonly name: string;
  readonly make: () => Crypto | Promise<Crypto>;
  readonly vectors: CryptoVectors;
}

function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i += 1)
    bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The same bytes as a view into the middle of a larger buffer, as decoded fields are. */
function embedded(bytes: Uint8Array): Uint8Array {
  const around = new Uint8Array(bytes.length + 7).fill(0xee);
  around.set(bytes, 3);
  return around.subarray(3, 3 + bytes.length);
}

function throws(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}

type Test = (what: string, run: (crypto: Crypto) => void) => void;

export function cryptoContract(options: CryptoContractOptions, tools: ContractTools): void {
  const test: Test = (what, run) => {
    tools.test(`${options.name}: ${what}`, async () => run(await options.make()));
  };
  signatures(test, options.vectors.ed25519, tools.assert);
  hashes(test, options.vectors.blake2b, tools.assert);
  boxes(test, options.vectors.xchacha20poly1305, tools.assert);
}

function signatures(
  test: Test,
  vectors: CryptoVectors['ed25519'],
  assert: ContractTools['assert'],
): void {
  test('makes the keys and signatures of the vectors', (crypto) => {
    for (const vector of vectors.valid) {
      const keys = crypto.keyPairFromSeed(embedded(fromHex(vector.seed)));
      assert.equal(toHex(keys.publicKey), vector.publicKey, vector.note);
      assert.equal(toHex(keys.secretKey), vector.seed + vector.publicKey, vector.note);
      const signature = crypto.sign(embedded(fromHex(vector.message)), embedded(keys.secretKey));
      assert.equal(toHex(signature), vector.signature, vector.note);
    }
  });

  const verdict = (crypto: Crypto, vector: SignatureVector): unknown => {
    const [signature, message, publicKey] = [vector.signature, vector.message, vector.publicKey]
      .map(fromHex)
      .map(embedded);
    return crypto.verify(signature!, message!, publicKey!);
  };

  test('verifies what is right', (crypto) => {
    for (const vector of [...vectors.valid, ...vectors.mixedOrderValid]) {
      assert.equal(verdict(crypto, vector), true, vector.note);
    }
  });

  test('refuses malleable, malformed and small-order signatures without throwing', (crypto) => {
    for (const vector of vectors.refused) {
      assert.equal(verdict(crypto, vector), false, vector.note);
    }
  });

  test('a seed or secret key of the wrong length is a bug and throws', (crypto) => {
    assert.ok(throws(() => crypto.keyPairFromSeed(new Uint8Array(31))));
    assert.ok(throws(() => crypto.sign(new Uint8Array(1), new Uint8Array(32))));
  });
}

function hashes(
  test: Test,
  vectors: CryptoVectors['blake2b'],
  assert: ContractTools['assert'],
): void {
  test('hashes as the vectors do, whatever the parts', (crypto) => {
    for (const vector of vectors) {
      const parts = vector.parts.map((part) => embedded(fromHex(part)));
      assert.equal(toHex(crypto.blake2b(vector.lengthBytes, ...parts)), vector.hash);
    }
  });

  test('a hash length outside 16 to 64 is a bug and throws', (crypto) => {
    assert.ok(throws(() => crypto.blake2b(15, new Uint8Array(1))));
    assert.ok(throws(() => crypto.blake2b(65, new Uint8Array(1))));
  });
}

function boxes(
  test: Test,
  vectors: CryptoVectors['xchacha20poly1305'],
  assert: ContractTools['assert'],
): void {
  test('seals and opens as the vectors do', (crypto) => {
    for (const vector of vectors) {
      const [plain, associated, nonce, key, box] = [
        vector.plain,
        vector.associated,
        vector.nonce,
        vector.key,
        vector.box,
      ].map((text) => embedded(fromHex(text))) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      assert.equal(toHex(crypto.seal(plain, associated, nonce, key)), vector.box, vector.note);
      const opened = crypto.open(box, associated, nonce, key);
      assert.equal(opened && toHex(opened), vector.plain, vector.note);
    }
  });

  test('opens nothing that was changed, cut or given wrong lengths, and never throws', (crypto) => {
    const key = new Uint8Array(32).fill(1);
    const nonce = new Uint8Array(24).fill(2);
    const associated = new Uint8Array([3]);
    const box = crypto.seal(new Uint8Array([4, 5]), associated, nonce, key);
    for (let i = 0; i < box.length; i += 1) {
      const flipped = box.slice();
      flipped[i]! ^= 1;
      assert.equal(crypto.open(flipped, associated, nonce, key), undefined);
      assert.equal(crypto.open(box.subarray(0, i), associated, nonce, key), undefined);
    }
    const empty = new Uint8Array(0);
    assert.equal(crypto.open(box, empty, nonce, key), undefined);
    assert.equal(crypto.open(box, associated, nonce.subarray(1), key), undefined);
    assert.equal(crypto.open(box, associated, nonce, key.subarray(1)), undefined);
    assert.equal(crypto.open(box, associated, empty, empty), undefined);
  });

  test('a nonce or key of the wrong length is a bug when sealing and throws', (crypto) => {
    const plain = new Uint8Array(1);
    assert.ok(throws(() => crypto.seal(plain, plain, new Uint8Array(12), new Uint8Array(32))));
    assert.ok(throws(() => crypto.seal(plain, plain, new Uint8Array(24), new Uint8Array(16))));
  });
}
