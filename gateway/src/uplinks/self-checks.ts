/**
 * The second half of `muster uplink test`: what this gateway itself says of an uplink, once the
 * network is known to work. Step 6.
 */
import { type Clock, ClockQuality } from '@muster/core';
import type { Passage } from '../policy/gate.ts';
import type { CheckStep, UplinkInfo } from './info.ts';

export function admittedStep({ name: uplink, state, problem, mend }: UplinkInfo): CheckStep {
  const name = 'admitted';
  if (state === 'up') return { name, ok: problem === '', text: problem || 'it is up', mend };
  if (state === 'paused') {
    return { name, ok: false, text: 'it is paused', mend: `muster uplink resume ${uplink}` };
  }
  const wait = 'It is being tried; ask again in some seconds.';
  return { name, ok: false, text: problem || 'it is not up yet', mend: mend || wait };
}

export interface CrossingState {
  readonly kind: 'relay' | 'mqtt';
  /** What may leave. */
  readonly leaving: readonly Passage[];
  /** How many channels are read from the other side. */
  readonly reading: number;
  /** Chosen channels that are not on this site. */
  readonly missing: readonly string[];
}

export function channelsStep({ kind, leaving, reading, missing }: CrossingState): CheckStep {
  const name = 'channels';
  if (missing.length > 0) {
    const text = `not on this site: ${missing.join(', ')}`;
    return { name, ok: false, text, mend: 'Check the names: muster channel list' };
  }
  const names = leaving.map(({ channel }) => channel).join(', ');
  if (leaving.length > 0) return { name, ok: true, text: `${names} may leave` };
  if (reading > 0) return { name, ok: true, text: 'channels come in, none may leave' };
  const relay = 'Say which may: muster policy set CHANNEL both --with SITE';
  const mqtt = 'Remove the uplink and add it with --channel NAME=both.';
  return { name, ok: false, text: 'no channel crosses', mend: kind === 'relay' ? relay : mqtt };
}

export function clockStep(clock: Pick<Clock, 'wall'>): CheckStep {
  const name = 'clock';
  if (clock.wall().quality !== ClockQuality.unknown) {
    return { name, ok: true, text: 'the clock is set' };
  }
  const mend = 'Set it, or let it ask a time server: certificates are checked against it.';
  return { name, ok: false, text: 'this gateway does not know the time', mend };
}
