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
  readonly xchacha20poly1305: readonly BoxVector[];
  readonly chacha20poly1305: readonly BoxVector[];
  readonly x25519: {
    readonly valid: readonly {
      readonly note: string;
      readonly secretKey: string;
      readonly publicKey: string;
      readonly shared: string;
    }[];
    readonly base: readonly {
      readonly note: string;
      readonly secretKey: string;
      readonly publicKey: string;
    }[];
    /** Public keys of low order, with which no secret can be agreed. */
    readonly refused: readonly { readonly note: string; readonly publicKey: string }[];
  };
  readonly argon2id: readonly {
    readonly note: string;
    readonly password: string;
    readonly salt: string;
    readonly opsLimit: number;
    readonly memBytes: number;
    readonly key: string;
  }[];
}

interface BoxVector {
  readonly note: string;
  readonly plain: string;
  readonly associated: string;
  readonly nonce: string;
  readonly key: string;
  readonly box: string;
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
  const { xchacha20poly1305, chacha20poly1305, x25519, argon2id } = options.vectors;
  const extended = { seal: 'seal', open: 'open', nonceBytes: 24 } as const;
  boxes(test, { ...extended, vectors: xchacha20poly1305 }, tools.assert);
  const chacha = { seal: 'sealChaCha', open: 'openChaCha', nonceBytes: 12 } as const;
  boxes(test, { ...chacha, vectors: chacha20poly1305 }, tools.assert);
  keyAgreement(test, x25519, tools.assert);
  passwordKeys(test, argon2id, tools.assert);
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

interface BoxSuite {
  readonly seal: 'seal' | 'sealChaCha';
  readonly open: 'open' | 'openChaCha';
  readonly nonceBytes: number;
  readonly vectors: readonly BoxVector[];
}

function boxes(test: Test, suite: BoxSuite, assert: ContractTools['assert']): void {
  const { seal, open, nonceBytes, vectors } = suite;
  test(`${seal} and ${open} as the vectors do`, (crypto) => {
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
      assert.equal(toHex(crypto[seal](plain, associated, nonce, key)), vector.box, vector.note);
      const opened = crypto[open](box, associated, nonce, key);
      assert.equal(opened && toHex(opened), vector.plain, vector.note);
    }
  });

  test(`${open} opens nothing changed, cut or of wrong lengths, and never throws`, (crypto) => {
    const key = new Uint8Array(32).fill(1);
    const nonce = new Uint8Array(nonceBytes).fill(2);
    const associated = new Uint8Array([3]);
    const box = crypto[seal](new Uint8Array([4, 5]), associated, nonce, key);
    for (let i = 0; i < box.length; i += 1) {
      const flipped = box.slice();
      flipped[i]! ^= 1;
      assert.equal(crypto[open](flipped, associated, nonce, key), undefined);
      assert.equal(crypto[open](box.subarray(0, i), associated, nonce, key), undefined);
    }
    const empty = new Uint8Array(0);
    assert.equal(crypto[open](box, empty, nonce, key), undefined);
    assert.equal(crypto[open](box, associated, nonce.subarray(1), key), undefined);
    assert.equal(crypto[open](box, associated, nonce, key.subarray(1)), undefined);
    assert.equal(crypto[open](box, associated, empty, empty), undefined);
  });

  test(`${seal} throws for a nonce or key of the wrong length, which is a bug`, (crypto) => {
    const plain = new Uint8Array(1);
    const other = new Uint8Array(36 - nonceBytes);
    assert.ok(throws(() => crypto[seal](plain, plain, other, new Uint8Array(32))));
    const nonce = new Uint8Array(nonceBytes);
    assert.ok(throws(() => crypto[seal](plain, plain, nonce, new Uint8Array(16))));
  });
}

function keyAgreement(
  test: Test,
  vectors: CryptoVectors['x25519'],
  assert: ContractTools['assert'],
): void {
  test('agrees on the secrets of the vectors', (crypto) => {
    for (const { secretKey, publicKey, note } of vectors.base) {
      assert.equal(toHex(crypto.x25519Base(embedded(fromHex(secretKey)))), publicKey, note);
    }
    for (const { secretKey, publicKey, shared, note } of vectors.valid) {
      const [mine, theirs] = [secretKey, publicKey].map((text) => embedded(fromHex(text)));
      const agreed = crypto.x25519(mine!, theirs!);
      assert.equal(agreed && toHex(agreed), shared, note);
    }
  });

  test('agrees on nothing with a point of low order or a wrong length', (crypto) => {
    const secretKey = new Uint8Array(32).fill(9);
    for (const { publicKey, note } of vectors.refused) {
      assert.equal(crypto.x25519(secretKey, embedded(fromHex(publicKey))), undefined, note);
    }
    assert.equal(crypto.x25519(secretKey, new Uint8Array(31).fill(9)), undefined);
    assert.equal(crypto.x25519(secretKey, new Uint8Array(33).fill(9)), undefined);
  });

  test('a secret key of the wrong length is a bug and throws', (crypto) => {
    assert.ok(throws(() => crypto.x25519Base(new Uint8Array(31))));
    assert.ok(throws(() => crypto.x25519(new Uint8Array(31), new Uint8Array(32).fill(9))));
  });
}

function passwordKeys(
  test: Test,
  vectors: CryptoVectors['argon2id'],
  assert: ContractTools['assert'],
): void {
  test('makes the password keys of the vectors', (crypto) => {
    for (const { password, salt, opsLimit, memBytes, key, note } of vectors) {
      const [word, grain] = [password, salt].map((text) => embedded(fromHex(text)));
      assert.equal(toHex(crypto.passwordKey(word!, grain!, { opsLimit, memBytes })), key, note);
    }
  });

  test('a salt of the wrong length or no cost at all is a bug and throws', (crypto) => {
    const least = { opsLimit: 1, memBytes: 8192 };
    const salt = new Uint8Array(16);
    assert.ok(throws(() => crypto.passwordKey(salt, new Uint8Array(15), least)));
    assert.ok(throws(() => crypto.passwordKey(salt, salt, { ...least, opsLimit: 0 })));
    assert.ok(throws(() => crypto.passwordKey(salt, salt, { ...least, memBytes: 8191 })));
  });
}
