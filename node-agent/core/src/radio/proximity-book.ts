/**
 * Who is near, by what the radio heard: boxes, carriers of the site's tag, blank boxes. Levels have
 * two thresholds each, so that nobody flickers between them. It is for people to look at: whoever
 * knows the site's key can invent sightings, so nothing is allowed or refused by them. Pure.
 */
import { BoundedMap } from '../bounds/bounded-map.ts';
import { bytesKey } from '../bytes/key.ts';
import { nearbyLevels, radioLimits, strengthFilter } from './limits.ts';
import type { RadioKind } from './radio-tag.ts';
import { SmoothedStrength } from './smoothed-strength.ts';

/** `blank`: ready to be claimed; its id is fresh with every tag. */
export type NearbyKind = RadioKind | 'blank';
export type NearbyLevel = 'near' | 'around' | 'gone';

export interface RadioSighting {
  /** 3 bytes. */
  readonly id: Uint8Array;
  readonly kind: NearbyKind;
  readonly rssiDbm: number;
  /** Monotonic. */
  readonly atMs: number;
}

export interface Nearby {
  readonly id: Uint8Array;
  readonly kind: NearbyKind;
  /** Smoothed, rounded to 1 dB; undefined: the receiver does not say. */
  readonly rssiDbm: number | undefined;
  readonly level: NearbyLevel;
  readonly seenMsAgo: number;
  /** How often it was heard since it came into the book. */
  readonly seenCount: number;
}

interface Entry {
  readonly id: Uint8Array;
  readonly kind: NearbyKind;
  strength: SmoothedStrength;
  isNear: boolean;
  seenMs: number;
  seenCount: number;
}

export class ProximityBook {
  /** By kind and id; the one heard longest ago is the first. */
  readonly #members = new BoundedMap<string, Entry>(radioLimits.nearbyMax);
  /** Of their own: a flood of invented ones pushes no member out. */
  readonly #blanks = new BoundedMap<string, Entry>(radioLimits.blanksNearbyMax);

  /** Entries, with those that are gone and not forgotten yet. */
  get size(): number {
    return this.#members.size + this.#blanks.size;
  }

  /** True when somebody came, came back, or changed between near and around. */
  add({ id, kind, rssiDbm, atMs }: RadioSighting): boolean {
    const name = nameOf(kind, id);
    const entries = kind === 'blank' ? this.#blanks : this.#members;
    const known = entries.get(name);
    const isHere = known !== undefined && atMs - known.seenMs < nearbyLevels.goneAfterMs;
    if (isHere) known.strength.add(rssiDbm, atMs);
    // What the strength was before a long absence says nothing about now.
    const strength = isHere ? known.strength : new SmoothedStrength(rssiDbm, atMs);
    const wasNear = isHere && known.isNear;
    const nearFromDbm = nearbyLevels[wasNear ? 'nearUntilDbm' : 'nearFromDbm'];
    const isNear = strength.dbm !== undefined && strength.dbm >= nearFromDbm;
    const seenMs = Math.max(known?.seenMs ?? atMs, atMs);
    const seenCount = (known?.seenCount ?? 0) + 1;
    entries.set(name, { id: id.slice(), kind, strength, isNear, seenMs, seenCount });
    return !isHere || isNear !== wasNear;
  }

  /** Those heard lately first, the strongest at the top; then the others, newest first. */
  list(nowMs: number): readonly Nearby[] {
    for (const entries of [this.#members, this.#blanks]) forgetOld(entries, nowMs);
    const all = [...this.#members.values(), ...this.#blanks.values()];
    const list = all.map((entry) => nearbyOf(entry, nowMs));
    return list.sort((a, b) => {
      const [aGone, bGone] = [a.level === 'gone', b.level === 'gone'];
      if (aGone !== bGone) return aGone ? 1 : -1;
      return aGone ? a.seenMsAgo - b.seenMsAgo : orderOf(b) - orderOf(a);
    });
  }
}

function forgetOld(entries: BoundedMap<string, Entry>, nowMs: number): void {
  for (const { kind, id, seenMs } of [...entries.values()]) {
    if (nowMs - seenMs < radioLimits.forgetMs) return;
    entries.delete(nameOf(kind, id));
  }
}

/** Whoever was not measured stands behind the others. */
function orderOf({ rssiDbm }: Nearby): number {
  return rssiDbm ?? strengthFilter.dbmMin;
}

function nameOf(kind: NearbyKind, id: Uint8Array): string {
  return `${kind} ${bytesKey(id)}`;
}

function nearbyOf(entry: Entry, nowMs: number): Nearby {
  const { id, kind, strength, isNear, seenMs, seenCount } = entry;
  const seenMsAgo = Math.max(0, nowMs - seenMs);
  const isGone = seenMsAgo >= nearbyLevels.goneAfterMs;
  const level = isGone ? 'gone' : isNear ? 'near' : 'around';
  const rssiDbm = strength.dbm === undefined ? undefined : Math.round(strength.dbm);
  return { id, kind, rssiDbm, level, seenMsAgo, seenCount };
}
