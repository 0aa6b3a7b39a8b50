/**
 * Takes values out of a message (D-Bus Specification, "Marshaling"). Below step 4 of a message's
 * way. After the first fault `fault` stays and every read yields an empty value; callers check
 * once, at the end. Never allocates for what the message has no bytes for.
 */
import { isUtf8 } from 'node:buffer';
import { dbusLimits } from './limits.ts';
import { isObjectPath } from './names.ts';
import { type DBusType, parseSignature, parseSingleType } from './signature.ts';
import type { DBusValue } from './values.ts';

export type ValueFault =
  | 'ends-early'
  | 'padding'
  | 'boolean'
  | 'text'
  | 'object-path'
  | 'signature'
  | 'too-deep'
  | 'too-many-values';

const noBytes = new Uint8Array(0);

export class ValueReader {
  fault: ValueFault | undefined;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #isLittle: boolean;
  #at: number;
  #end: number;
  #values = 0;

  /** Reads from `start` to before `end` of a message that begins at 0: alignment counts there. */
  constructor(message: Buffer, isLittle: boolean, start: number, end: number) {
    this.#bytes = message;
    this.#view = new DataView(message.buffer, message.byteOffset, message.length);
    this.#isLittle = isLittle;
    this.#at = start;
    this.#end = end;
  }

  get at(): number {
    return this.#at;
  }

  /** The padding before a value of this alignment, which must be zeros. */
  align(alignment: number): void {
    while (this.#at % alignment !== 0) {
      if (this.#at >= this.#end) return void this.#fail('ends-early');
      if (this.#bytes[this.#at] !== 0) return void this.#fail('padding');
      this.#at += 1;
    }
  }

  byte(): number {
    return this.#room(1) ? this.#bytes[this.#at++]! : 0;
  }

  uint32(): number {
    this.align(4);
    if (!this.#room(4)) return 0;
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, this.#isLittle);
  }

  signature(): string {
    const text = this.#text(this.byte());
    if (this.fault === undefined && parseSignature(text) === undefined) this.#fail('signature');
    return text;
  }

  value(type: DBusType, depth = 0): DBusValue {
    if (++this.#values > dbusLimits.valuesMax) return this.#fail('too-many-values');
    switch (type.code) {
      case 'y':
        return this.byte();
      case 'b':
        return this.#boolean();
      case 's':
        return this.#text(this.uint32());
      case 'o':
        return this.#objectPath();
      case 'g':
        return this.signature();
      case 'u':
      case 'h':
        return this.uint32();
      case 'v':
        return this.#variant(depth + 1);
      case 'a':
        return this.#array(type.element, depth + 1);
      case '(':
        return this.#struct(type.fields, depth + 1);
      case '{':
        // A signature holds these within an array only, where `#map` reads them.
        return this.#fail('signature');
      default:
        return this.#number(type.code, type.alignment);
    }
  }

  /** What becomes of a value in front of which all was well. */
  #fail(fault: ValueFault): 0 {
    this.fault ??= fault;
    this.#at = this.#end;
    return 0;
  }

  #room(bytes: number): boolean {
    if (this.fault === undefined && bytes <= this.#end - this.#at) return true;
    this.#fail('ends-early');
    return false;
  }

  #number(code: 'n' | 'q' | 'i' | 'x' | 't' | 'd', size: number): number | bigint {
    this.align(size);
    if (!this.#room(size)) return 0;
    const at = this.#at;
    this.#at += size;
    if (code === 'n') return this.#view.getInt16(at, this.#isLittle);
    if (code === 'q') return this.#view.getUint16(at, this.#isLittle);
    if (code === 'i') return this.#view.getInt32(at, this.#isLittle);
    if (code === 'x') return this.#view.getBigInt64(at, this.#isLittle);
    if (code === 't') return this.#view.getBigUint64(at, this.#isLittle);
    return this.#view.getFloat64(at, this.#isLittle);
  }

  #boolean(): boolean {
    const value = this.uint32();
    if (value > 1) this.#fail('boolean');
    return value === 1;
  }

  /** UTF-8 of so many bytes, none of them zero, and a zero behind. */
  #text(length: number): string {
    if (!this.#room(length + 1)) return '';
    const start = this.#at;
    const end = start + length;
    this.#at = end + 1;
    let isAscii = true;
    for (let at = start; at < end; at += 1) {
      const byte = this.#bytes[at]!;
      if (byte === 0) this.#fail('text');
      if (byte >= 0x80) isAscii = false;
    }
    if (this.#bytes[end] !== 0) this.#fail('text');
    if (isAscii) return this.#bytes.toString('latin1', start, end);
    if (!isUtf8(this.#bytes.subarray(start, end))) this.#fail('text');
    return this.#bytes.toString('utf8', start, end);
  }

  #objectPath(): string {
    const path = this.#text(this.uint32());
    if (!isObjectPath(path)) this.#fail('object-path');
    return path;
  }

  #variant(depth: number): DBusValue {
    const signature = this.signature();
    const type = parseSingleType(signature);
    if (type === undefined) return this.#fail('signature');
    if (depth > dbusLimits.valueDepthMax) return this.#fail('too-deep');
    return { signature, value: this.value(type, depth) };
  }

  #struct(fields: readonly DBusType[], depth: number): DBusValue {
    if (depth > dbusLimits.valueDepthMax) return this.#fail('too-deep');
    this.align(8);
    return fields.map((field) => this.value(field, depth));
  }

  #array(element: DBusType, depth: number): DBusValue {
    const length = this.uint32();
    this.align(element.alignment);
    if (!this.#room(length)) return 0;
    if (depth > dbusLimits.valueDepthMax) return this.#fail('too-deep');
    if (element.code === 'y') return this.#octets(length);
    // The elements end where the array says.
    const [stop, end] = [this.#at + length, this.#end];
    this.#end = stop;
    const values =
      element.code === '{' ? this.#map(element, depth) : this.#elements(element, depth);
    this.#end = end;
    if (this.fault !== undefined) this.#at = end;
    return values;
  }

  #octets(length: number): Uint8Array {
    if (length === 0) return noBytes;
    this.#at += length;
    return new Uint8Array(this.#bytes.subarray(this.#at - length, this.#at));
  }

  #elements(element: DBusType, depth: number): DBusValue {
    const values: DBusValue[] = [];
    while (this.#at < this.#end) values.push(this.value(element, depth));
    return values;
  }

  #map(entry: DBusType & { code: '{' }, depth: number): DBusValue {
    const values = new Map<DBusValue, DBusValue>();
    if (depth + 1 > dbusLimits.valueDepthMax) return this.#fail('too-deep');
    while (this.#at < this.#end) {
      this.align(8);
      const key = this.value(entry.key, depth + 1);
      values.set(key, this.value(entry.value, depth + 1));
    }
    return values;
  }
}
