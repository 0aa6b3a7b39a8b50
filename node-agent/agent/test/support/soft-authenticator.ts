/**
 * An authenticator in software (WebAuthn level 3, sections 6.1 and 6.5): makes passkeys with P-256
 * and signs with them, as a phone does. CBOR by hand: it is four fixed forms.
 */
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';

const flags = { present: 1, verified: 4, attested: 64 };

export class SoftAuthenticator {
  readonly origin: string;
  readonly id = Buffer.from('a passkey of the tests');
  readonly #privateKey: KeyObject;
  readonly #publicKey: { x: Buffer; y: Buffer };
  #counter = 0;

  constructor(origin: string) {
    this.origin = origin;
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' });
    this.#privateKey = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }));
    this.#publicKey = { x: Buffer.from(x!, 'base64url'), y: Buffer.from(y!, 'base64url') };
  }

  /** What navigator.credentials.create() answers, in JSON. */
  create(options: { readonly challenge: string; readonly rp: { readonly id?: string } }): unknown {
    const cose = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      this.#publicKey.x,
      Buffer.from('225820', 'hex'),
      this.#publicKey.y,
    ]);
    const length = Buffer.from([0, this.id.length]);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, cose]);
    const authData = Buffer.concat([this.#head(options.rp.id!, flags.attested), attested]);
    const attestation = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
      Buffer.from([0x58, authData.length]),
      authData,
    ]);
    const response = {
      clientDataJSON: this.#clientData('webauthn.create', options.challenge).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
    };
    return this.#credential(response);
  }

  /** What navigator.credentials.get() answers, in JSON. */
  get(options: { readonly challenge: string; readonly rpId?: string }): unknown {
    this.#counter += 1;
    const clientData = this.#clientData('webauthn.get', options.challenge);
    const authenticatorData = this.#head(options.rpId!, 0);
    const hash = createHash('sha256').update(clientData).digest();
    const signed = Buffer.concat([authenticatorData, hash]);
    return this.#credential({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authenticatorData.toString('base64url'),
      signature: sign('sha256', signed, this.#privateKey).toString('base64url'),
    });
  }

  #head(rpId: string, more: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.#counter);
    const hash = createHash('sha256').update(rpId).digest();
    return Buffer.concat([hash, Buffer.from([flags.present | flags.verified | more]), counter]);
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin }));
  }

  #credential(response: object): unknown {
    const id = this.id.toString('base64url');
    return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} };
  }
}
