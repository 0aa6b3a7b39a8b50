/**
 * Writes values into a message, little-endian (D-Bus Specification, "Marshaling"). Below step 4 of
 * a message's way. What does not fit its signature throws a DBusError `malformed`, so that nothing
 * leaves for which the bus would cut us off.
 */
import { DBusError } from './error.ts';
import { dbusLimits } from './limits.ts';
import { isObjectPath } from './names.ts';
import { type DBusType, parseSignature, parseSingleType } from './signature.ts';
import type { DBusValue, DBusVariant } from './values.ts';

const firstBytes = 1024;

const integerRanges: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['y', [0, 0xff]],
  ['n', [-0x8000, 0x7fff]],
  ['q', [0, 0xffff]],
  ['i', [-0x8000_0000, 0x7fff_ffff]],
  ['u', [0, 0xffff_ffff]],
  ['h', [0, 0xffff_ffff]],
]);

export class ValueWriter {
  #bytes = Buffer.alloc(firstBytes);
  #at = 0;

  get at(): number {
    return this.#at;
  }

  /** What was written, of its own memory; the writer begins anew. */
  take(): Buffer {
    const written = Buffer.from(this.#bytes.subarray(0, this.#at));
    this.reset();
    return written;
  }

  /** Forgets what was written, as after a throw. */
  reset(): void {
    this.#at = 0;
    if (this.#bytes.length > 64 * firstBytes) this.#bytes = Buffer.alloc(firstBytes);
  }

  align(alignment: number): void {
    const padding = -this.#at & (alignment - 1);
    this.#grow(padding);
    this.#bytes.fill(0, this.#at, this.#at + padding);
    this.#at += padding;
  }

  byte(value: number): void {
    this.#grow(1);
    this.#bytes[this.#at++] = value;
  }

  uint32(value: number): void {
    this.align(4);
    this.#grow(4);
    this.#at = this.#bytes.writeUInt32LE(value, this.#at);
  }

  /** Overwrites a number that was not known when its place was written. */
  setUint32(value: number, at: number): void {
    this.#bytes.writeUInt32LE(value, at);
  }

  string(text: string): void {
    this.uint32(0);
    const at = this.#at;
    this.#text(text);
    this.setUint32(this.#at - at - 1, at - 4);
  }

  signature(text: string): void {
    this.byte(text.length);
    this.#text(text);
  }

  value(type: DBusType, value: DBusValue, depth = 0): void {
    if (type.code === 'v') this.#variant(value, depth + 1);
    else if (type.code === 'a') this.#array(type.element, value, depth + 1);
    else if (type.code === '(') this.#struct(type, value, depth + 1);
    else if (typeof value === 'string') this.#string(type, value);
    else if (typeof value === 'number') this.#number(type, value);
    else if (typeof value === 'bigint') this.#bigint(type, value);
    else if (typeof value === 'boolean' && type.code === 'b') this.uint32(Number(value));
    else wrong(type, value);
  }

  #grow(bytes: number): void {
    const wanted = this.#at + bytes;
    if (wanted <= this.#bytes.length) return;
    if (wanted > dbusLimits.messageBytesMax) {
      throw new DBusError('too-large', `a message of ${wanted} octets`);
    }
    const larger = Buffer.alloc(Math.max(wanted, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }

  #text(text: string): void {
    if (!text.isWellFormed() || text.includes('\0')) malformed('text that is no UTF-8, or has NUL');
    // At most three octets of UTF-8 for each unit of UTF-16.
    this.#grow(3 * text.length + 1);
    this.#at += this.#bytes.write(text, this.#at);
    this.#bytes[this.#at++] = 0;
  }

  #string(type: DBusType, value: string): void {
    if (type.code === 's') this.string(value);
    else if (type.code === 'o' && isObjectPath(value)) this.string(value);
    else if (type.code === 'g' && parseSignature(value) !== undefined) this.signature(value);
    else wrong(type, value);
  }

  #number(type: DBusType, value: number): void {
    const { code, alignment } = type;
    if (code === 'd') {
      this.#room(8);
      this.#at = this.#bytes.writeDoubleLE(value, this.#at);
      return;
    }
    if (!isIn(code, value)) wrong(type, value);
    this.#room(alignment);
    if (code === 'n') this.#at = this.#bytes.writeInt16LE(value, this.#at);
    else if (code === 'i') this.#at = this.#bytes.writeInt32LE(value, this.#at);
    else this.#at = this.#bytes.writeUIntLE(value, this.#at, alignment);
  }

  #bigint(type: DBusType, value: bigint): void {
    const { code } = type;
    const isFitting = code === 'x' ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
    if ((code !== 'x' && code !== 't') || isFitting !== value) wrong(type, value);
    this.#room(8);
    if (code === 'x') this.#at = this.#bytes.writeBigInt64LE(value, this.#at);
    else this.#at = this.#bytes.writeBigUInt64LE(value, this.#at);
  }

  /** For a number of that size, behind its padding. */
  #room(bytes: number): void {
    this.align(bytes);
    this.#grow(bytes);
  }

  #variant(variant: DBusValue, depth: number): void {
    if (!isVariant(variant)) malformed('a variant without a signature');
    const { signature, value } = variant;
    const type = parseSingleType(signature) ?? malformed(`a variant of ${signature}`);
    this.#checkDepth(depth);
    this.signature(signature);
    this.value(type, value, depth);
  }

  #struct(type: DBusType & { code: '(' }, value: DBusValue, depth: number): void {
    if (!Array.isArray(value) || value.length !== type.fields.length) wrong(type, value);
    this.#checkDepth(depth);
    this.align(8);
    for (const [index, field] of type.fields.entries()) this.value(field, value[index], depth);
  }

  #array(element: DBusType, value: DBusValue, depth: number): void {
    this.#checkDepth(depth);
    this.uint32(0);
    const lengthAt = this.#at - 4;
    this.align(element.alignment);
    const start = this.#at;
    if (element.code === '{') this.#map(element, value, depth + 1);
    else if (value instanceof Uint8Array && element.code === 'y') this.#octets(value);
    else if (Array.isArray(value)) for (const each of value) this.value(element, each, depth);
    else malformed(`${typeof value} for an array`);
    this.setUint32(this.#at - start, lengthAt);
  }

  #octets(value: Uint8Array): void {
    this.#grow(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  #map(entry: DBusType & { code: '{' }, value: DBusValue, depth: number): void {
    if (!(value instanceof Map)) malformed(`${typeof value} for a dictionary`);
    this.#checkDepth(depth);
    for (const [key, each] of value) {
      this.align(8);
      this.value(entry.key, key, depth);
      this.value(entry.value, each, depth);
    }
  }

  #checkDepth(depth: number): void {
    if (depth > dbusLimits.valueDepthMax) malformed('containers nested too deep');
  }
}

function malformed(what: string): never {
  throw new DBusError('malformed', `this cannot be said in D-Bus: ${what}`);
}

function wrong(type: DBusType, value: DBusValue): never {
  return malformed(`${typeof value === 'number' ? value : typeof value} for ${type.code}`);
}

/** Whether an integer is one of that type. */
function isIn(code: DBusType['code'], value: number): boolean {
  const range = integerRanges.get(code);
  return range !== undefined && Number.isInteger(value) && value >= range[0] && value <= range[1];
}

function isVariant(value: DBusValue): value is DBusVariant {
  return typeof value === 'object' && 'signature' in value && 'value' in value;
}
