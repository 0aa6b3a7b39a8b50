/**
 * Signatures as trees of types (D-Bus Specification, "Type System"). Below step 4 of a message's
 * way. Never builds more than a signature of 255 bytes can say, nor deeper than 32 arrays and 32
 * structs.
 */
import { dbusLimits } from './limits.ts';

export type BasicCode = 'y' | 'b' | 'n' | 'q' | 'i' | 'u' | 'x' | 't' | 'd' | 's' | 'o' | 'g' | 'h';

export type DBusType =
  | { readonly code: BasicCode; readonly alignment: number }
  | { readonly code: 'v'; readonly alignment: 1 }
  | { readonly code: 'a'; readonly alignment: 4; readonly element: DBusType }
  | { readonly code: '('; readonly alignment: 8; readonly fields: readonly DBusType[] }
  | { readonly code: '{'; readonly alignment: 8; readonly key: DBusType; readonly value: DBusType };

const basicAlignments: Readonly<Record<BasicCode, number>> = {
  ...{ y: 1, b: 4, n: 2, q: 2, i: 4, u: 4, x: 8, t: 8, d: 8, s: 4, o: 4, g: 1, h: 4 },
};
const basicTypes = new Map<string, DBusType>(
  Object.entries(basicAlignments).map(([code, alignment]) => [
    code,
    { code: code as BasicCode, alignment },
  ]),
);
const variantType: DBusType = { code: 'v', alignment: 1 };

const kept = new Map<string, readonly DBusType[]>();

/** The complete types of a signature, none for ''; undefined when it is none. */
export function parseSignature(text: string): readonly DBusType[] | undefined {
  const known = kept.get(text);
  if (known !== undefined) return known;
  if (text.length > dbusLimits.signatureBytesMax) return undefined;
  const parser = new SignatureParser(text);
  const types: DBusType[] = [];
  while (!parser.isDone) {
    const type = parser.complete(0, 0);
    if (type === undefined) return undefined;
    types.push(type);
  }
  if (kept.size >= dbusLimits.signaturesKeptMax) kept.clear();
  kept.set(text, types);
  return types;
}

/** The type of a signature that must be one complete type, as a variant's. */
export function parseSingleType(text: string): DBusType | undefined {
  const types = parseSignature(text);
  return types?.length === 1 ? types[0] : undefined;
}

class SignatureParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isDone(): boolean {
    return this.#at === this.#text.length;
  }

  complete(arrays: number, structs: number): DBusType | undefined {
    const code = this.#text[this.#at++];
    if (code === undefined) return undefined;
    if (code === 'v') return variantType;
    if (code === 'a') return this.#array(arrays + 1, structs);
    if (code === '(') return this.#struct(arrays, structs + 1);
    return basicTypes.get(code);
  }

  #array(arrays: number, structs: number): DBusType | undefined {
    if (arrays > dbusLimits.signatureDepthMax) return undefined;
    const isDictionary = this.#text[this.#at] === '{';
    const element = isDictionary
      ? this.#dictionaryEntry(arrays, structs + 1)
      : this.complete(arrays, structs);
    return element && { code: 'a', alignment: 4, element };
  }

  #struct(arrays: number, structs: number): DBusType | undefined {
    if (structs > dbusLimits.signatureDepthMax) return undefined;
    const fields: DBusType[] = [];
    while (this.#text[this.#at] !== ')') {
      const field = this.complete(arrays, structs);
      if (field === undefined) return undefined;
      fields.push(field);
    }
    this.#at += 1;
    return fields.length === 0 ? undefined : { code: '(', alignment: 8, fields };
  }

  #dictionaryEntry(arrays: number, structs: number): DBusType | undefined {
    if (structs > dbusLimits.signatureDepthMax) return undefined;
    this.#at += 1;
    const key = basicTypes.get(this.#text[this.#at++] ?? '');
    const value = key && this.complete(arrays, structs);
    if (value === undefined || this.#text[this.#at++] !== '}') return undefined;
    return { code: '{', alignment: 8, key: key!, value };
  }
}
