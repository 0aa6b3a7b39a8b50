/**
 * Judges rows as they are read at the start (step 6): the database's own checks see a page that is
 * damaged, and not a number that was changed inside one. A QoS of 7 would leave its client without
 * any answer for ever, so a file with such a row is put aside as a whole, like any damaged one.
 */

import { DamagedError } from '@muster/adapters/store-sqlite';

/** Throws for a row that this program cannot have written. */
export function mustBe(isRight: boolean, table: string): void {
  if (!isRight) throw new DamagedError(`a row of ${table} cannot be`);
}

/** Of a row, or milliseconds in all; there is room to count on. */
export function isRowNumber(value: unknown): boolean {
  return isCount(value) && (value as number) <= 2 ** 52;
}

export function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isQos(value: unknown): boolean {
  return value === 0 || value === 1 || value === 2;
}

/** MQTT 3.1.1, 2.3.1. */
export function isMessageId(value: unknown): boolean {
  return isCount(value) && (value as number) >= 1 && (value as number) <= 65_535;
}

/** Topic, payload and QoS of a publish or a will. */
export function isContent(topic: unknown, payload: unknown, qos: unknown): boolean {
  const isTopic = typeof topic === 'string' && topic !== '' && !/[+#]/.test(topic);
  return isTopic && (typeof payload === 'string' || Buffer.isBuffer(payload)) && isQos(qos);
}
