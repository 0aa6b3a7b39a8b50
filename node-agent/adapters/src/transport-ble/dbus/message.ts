/**
 * One message of D-Bus (D-Bus Specification, "Message Format"), read in either byte order, written
 * in one. Below step 4 of a message's way. What is not exactly a message is a typed reason.
 */
import { ok, type Result, refused } from '@muster/core';
import { DBusError } from './error.ts';
import { isBusName, isInterface, isMember, isObjectPath } from './names.ts';
import { parseSignature } from './signature.ts';
import { type ValueFault, ValueReader } from './value-reader.ts';
import type { ValueWriter } from './value-writer.ts';
import type { DBusValue } from './values.ts';

export const MessageKind = { call: 1, reply: 2, error: 3, signal: 4 } as const;

export const MessageFlag = { noReply: 1, noAutoStart: 2 } as const;

export interface DBusMessage {
  /** One of MessageKind; others are to be ignored. */
  readonly kind: number;
  readonly flags: number;
  readonly serial: number;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly errorName?: string;
  readonly replySerial?: number;
  readonly destination?: string;
  readonly sender?: string;
  readonly signature: string;
  readonly body: readonly DBusValue[];
}

export interface ReceivedMessage extends DBusMessage {
  /** Its body was left out: too many octets, or values. */
  readonly isTooLarge: boolean;
}

export type MessageFault = ValueFault | 'head' | 'too-long' | 'field' | 'field-missing' | 'body';

export const headBytes = 16;
const littleEndian = 0x6c;
const bigEndian = 0x42;

interface Field {
  readonly name: 'path' | 'interface' | 'member' | 'errorName' | 'destination' | 'sender';
  readonly signature: 's' | 'o';
  isValid(text: string): boolean;
}

/** By their codes; 5 (reply serial), 8 (signature) and 9 (descriptors) are read apart. */
const fields: readonly (Field | undefined)[] = [
  undefined,
  { name: 'path', signature: 'o', isValid: isObjectPath },
  { name: 'interface', signature: 's', isValid: isInterface },
  { name: 'member', signature: 's', isValid: isMember },
  { name: 'errorName', signature: 's', isValid: isInterface },
  undefined,
  { name: 'destination', signature: 's', isValid: isBusName },
  { name: 'sender', signature: 's', isValid: isBusName },
];
const replySerialCode = 5;
const signatureCode = 8;

export interface MessageHead {
  readonly isLittle: boolean;
  /** Where the fields end, before their padding. */
  readonly fieldsEnd: number;
  /** Where the body begins. */
  readonly bodyStart: number;
  readonly bodyBytes: number;
}

/** The first 16 bytes; undefined when no message begins like this. */
export function readHead(bytes: Buffer): MessageHead | undefined {
  const isLittle = bytes[0] === littleEndian;
  if ((!isLittle && bytes[0] !== bigEndian) || bytes[1] === 0 || bytes[3] !== 1) return undefined;
  const uint32 = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  if (uint32(8) === 0) return undefined;
  const fieldsEnd = headBytes + uint32(12);
  const bodyStart = Math.ceil(fieldsEnd / 8) * 8;
  return { isLittle, fieldsEnd, bodyStart, bodyBytes: uint32(4) };
}

/** `bytes`: a whole message, or one up to its body. */
export function readMessage(
  bytes: Buffer,
  head: MessageHead,
): Result<ReceivedMessage, MessageFault> {
  const header = readHeader(bytes, head);
  if (typeof header === 'string') return refused(header);
  const [kind, flags] = [bytes[1]!, bytes[2]!];
  const serial = head.isLittle ? bytes.readUInt32LE(8) : bytes.readUInt32BE(8);
  const message = { kind, flags, serial, ...header };
  if (!hasItsFields(message)) return refused('field-missing');
  const tooLarge = ok({ ...message, body: [], isTooLarge: true });
  if (bytes.length < head.bodyStart + head.bodyBytes) return tooLarge;
  const reader = new ValueReader(bytes, head.isLittle, head.bodyStart, bytes.length);
  const body = parseSignature(message.signature)!.map((type) => reader.value(type));
  if (reader.fault === 'too-many-values') return tooLarge;
  if (reader.fault !== undefined) return refused(reader.fault);
  if (reader.at !== bytes.length) return refused('body');
  return ok({ ...message, body, isTooLarge: false });
}

type Header = Omit<DBusMessage, 'kind' | 'flags' | 'serial' | 'body'>;

function readHeader(bytes: Buffer, head: MessageHead): Header | MessageFault {
  const reader = new ValueReader(bytes, head.isLittle, headBytes, head.fieldsEnd);
  const header: { -readonly [name in keyof Header]: Header[name] } = { signature: '' };
  const seen = new Set<number>();
  while (reader.at < head.fieldsEnd) {
    reader.align(8);
    const code = reader.byte();
    const signature = reader.signature();
    const [type, ...others] = parseSignature(signature) ?? [];
    if (reader.fault !== undefined) return reader.fault;
    if (code === 0 || type === undefined || others.length > 0 || seen.has(code)) return 'field';
    const value = reader.value(type);
    if (reader.fault !== undefined) return reader.fault;
    seen.add(code);
    const field = fields[code];
    if (code === replySerialCode) {
      if (signature !== 'u' || value === 0) return 'field';
      header.replySerial = value as number;
    } else if (code === signatureCode) {
      if (signature !== 'g') return 'field';
      header.signature = value as string;
    } else if (field !== undefined) {
      if (signature !== field.signature || !field.isValid(value as string)) return 'field';
      header[field.name] = value as string;
    }
  }
  for (const padding of bytes.subarray(head.fieldsEnd, head.bodyStart)) {
    if (padding !== 0) return 'padding';
  }
  return header;
}

function hasItsFields(message: Omit<DBusMessage, 'body'>): boolean {
  const { kind, path, member, replySerial } = message;
  if (kind === MessageKind.call) return path !== undefined && member !== undefined;
  if (kind === MessageKind.reply) return replySerial !== undefined;
  if (kind === MessageKind.error) return replySerial !== undefined && 'errorName' in message;
  if (kind !== MessageKind.signal) return true;
  return path !== undefined && member !== undefined && message.interface !== undefined;
}

/** Throws a DBusError `malformed` or `too-large`: what is written is our own. */
export function writeMessage(writer: ValueWriter, message: DBusMessage): Buffer {
  try {
    writer.byte(littleEndian);
    writer.byte(message.kind);
    writer.byte(message.flags);
    writer.byte(1);
    writer.uint32(0);
    writer.uint32(message.serial);
    writeFields(writer, message);
    const bodyStart = writer.at;
    writeBody(writer, message);
    writer.setUint32(writer.at - bodyStart, 4);
    return writer.take();
  } catch (error) {
    writer.reset();
    throw error;
  }
}

function writeFields(writer: ValueWriter, message: DBusMessage): void {
  writer.uint32(0);
  for (const [code, field] of fields.entries()) {
    const text = field && message[field.name];
    if (text === undefined) continue;
    if (!field!.isValid(text)) throw new DBusError('malformed', `${field!.name} "${text}"`);
    writeFieldHead(writer, code, field!.signature);
    writer.string(text);
  }
  if (message.replySerial !== undefined) {
    writeFieldHead(writer, replySerialCode, 'u');
    writer.uint32(message.replySerial);
  }
  if (message.signature !== '') {
    writeFieldHead(writer, signatureCode, 'g');
    writer.signature(message.signature);
  }
  writer.setUint32(writer.at - headBytes, headBytes - 4);
  writer.align(8);
}

function writeFieldHead(writer: ValueWriter, code: number, signature: string): void {
  writer.align(8);
  writer.byte(code);
  writer.signature(signature);
}

function writeBody(writer: ValueWriter, { signature, body }: DBusMessage): void {
  const types = parseSignature(signature);
  if (types?.length !== body.length) {
    throw new DBusError('malformed', `${body.length} values for the signature "${signature}"`);
  }
  for (const [index, type] of types.entries()) writer.value(type, body[index]!);
}
