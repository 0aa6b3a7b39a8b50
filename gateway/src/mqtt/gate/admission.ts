/**
 * Decides over a CONNECT: who it is, under which id, and whether its will may be. Every refusal
 * has a return code. Never says more than "wrong user name or password", and never admits a client
 * under an id that another credential could take.
 */
import { type Random, toBase32 } from '@muster/core';
import type { ClientBook, Member } from '../clients/client-book.ts';
import { isTopic } from '../clients/topic-filter.ts';
import type { MqttLimits } from '../limits.ts';
import type { ConnectPacket, Will } from './connect.ts';
import { ConnackCode } from './fault.ts';

export interface Admitted {
  readonly member: Member;
  /** As the client gave it, or the one it was given. */
  readonly clientId: string;
  /** `<credential>/<client id>`: nobody takes over another credential's session. */
  readonly sessionId: string;
  readonly keepaliveS: number;
}

export interface AdmissionOptions {
  readonly clients: ClientBook;
  readonly random: Random;
  readonly limits: MqttLimits;
}

export function admit(
  connect: ConnectPacket,
  options: AdmissionOptions,
): Admitted | Exclude<ConnackCode, 0> {
  const { clients, random, limits } = options;
  const member = clients.admit(connect.username, connect.password);
  if (!member) return ConnackCode.credentials;
  if (Buffer.byteLength(connect.clientId) > limits.clientIdBytesMax) return ConnackCode.identifier;
  if (connect.clientId === '' && !(connect.clean && connect.protocolVersion === 4)) {
    return ConnackCode.identifier;
  }
  if (connect.will && !isWillAllowed(connect.will, member, limits)) {
    return ConnackCode.notAuthorized;
  }
  const clientId = connect.clientId || `auto-${toBase32(random.bytes(10))}`;
  const { keepaliveSMax } = limits;
  const keepaliveS = Math.min(connect.keepaliveS || keepaliveSMax, keepaliveSMax);
  return { member, clientId, sessionId: `${member.name}/${clientId}`, keepaliveS };
}

function isWillAllowed(will: Will, member: Member, limits: MqttLimits): boolean {
  const fits = will.payload.length <= limits.willBytesMax;
  return fits && isTopic(will.topic) && member.grants.mayWrite(will.topic);
}

/** The credential's name in a session id; names hold no slash. */
export function memberNameOf(sessionId: string): string {
  return sessionId.slice(0, sessionId.indexOf('/'));
}
