/**
 * Values in the wire format of D-Bus, a second time, in the most literal way and in both byte
 * orders: what the real writer and reader are compared with.
 */
import type { DBusType } from '../../../src/transport-ble/dbus/signature.ts';
import { parseSignature } from '../../../src/transport-ble/dbus/signature.ts';
import type { DBusValue, DBusVariant } from '../../../src/transport-ble/dbus/values.ts';

export function encodePlainly(signature: string, values: readonly DBusValue[], isLittle: boolean) {
  const bytes: number[] = [];
  for (const [index, type] of parseSignature(signature)!.entries()) {
    encode(bytes, type, values[index]!, isLittle);
  }
  return Buffer.from(bytes);
}

function pad(bytes: number[], alignment: number): void {
  while (bytes.length % alignment !== 0) bytes.push(0);
}

function pushNumber(bytes: number[], value: bigint, size: number, isLittle: boolean): void {
  pad(bytes, size);
  const octets = Array.from({ length: size }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));
  bytes.push(...(isLittle ? octets : octets.reverse()));
}

function encode(bytes: number[], type: DBusType, value: DBusValue, isLittle: boolean): void {
  const { code } = type;
  if (code === 's' || code === 'o') {
    const text = Buffer.from(value as string);
    pushNumber(bytes, BigInt(text.length), 4, isLittle);
    bytes.push(...text, 0);
  } else if (code === 'g') {
    bytes.push((value as string).length, ...Buffer.from(value as string), 0);
  } else if (code === 'd') {
    const octets = new DataView(new ArrayBuffer(8));
    octets.setFloat64(0, value as number);
    pushNumber(bytes, octets.getBigUint64(0), 8, isLittle);
  } else if (code === 'v') {
    const variant = value as DBusVariant;
    bytes.push(variant.signature.length, ...Buffer.from(variant.signature), 0);
    encode(bytes, parseSignature(variant.signature)![0]!, variant.value, isLittle);
  } else if (code === '(') {
    pad(bytes, 8);
    const values = value as readonly DBusValue[];
    for (const [at, field] of type.fields.entries()) encode(bytes, field, values[at]!, isLittle);
  } else if (code === 'a') {
    encodeArray(bytes, type.element, value, isLittle);
  } else {
    pushNumber(bytes, BigInt(value as number), type.alignment, isLittle);
  }
}

function encodeArray(
  bytes: number[],
  element: DBusType,
  value: DBusValue,
  isLittle: boolean,
): void {
  pushNumber(bytes, 0n, 4, isLittle);
  const lengthAt = bytes.length - 4;
  pad(bytes, element.alignment);
  const start = bytes.length;
  if (element.code === '{') {
    for (const [key, each] of value as ReadonlyMap<DBusValue, DBusValue>) {
      pad(bytes, 8);
      encode(bytes, element.key, key, isLittle);
      encode(bytes, element.value, each, isLittle);
    }
  } else {
    for (const each of value as readonly DBusValue[]) encode(bytes, element, each, isLittle);
  }
  const length: number[] = [];
  pushNumber(length, BigInt(bytes.length - start), 4, isLittle);
  bytes.splice(lengthAt, 4, ...length);
}
