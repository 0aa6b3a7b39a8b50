/**
 * A LAN in memory for discovery in virtual time: whoever starts is announced to all that it can
 * reach, and hears of them. Reach may be one-sided. Before step 4 of a message's way; for the
 * simulator and tests.
 */
import type { Clock, Timer } from '../ports/clock.ts';
import type { Discovery, Sighting } from '../ports/discovery.ts';

export interface MemoryLanOptions {
  /** From an announcement to its sighting. */
  readonly delayMs?: number;
  /** Everybody is announced again this often, so that what was cut apart finds itself again. */
  readonly repeatMs?: number;
}

const delayMsDefault = 5;
const repeatMsDefault = 60_000;

export interface MemoryLan {
  join(self: Sighting): Discovery;
  /** Whether announcements of `from` reach `to`; everyone's reach everyone unless set. */
  setReach(reaches: (from: Uint8Array, to: Uint8Array) => boolean): void;
}

interface Member {
  readonly self: Sighting;
  onSighting: ((sighting: Sighting) => void) | undefined;
  timer: Timer | undefined;
}

export function createMemoryLan(clock: Clock, options: MemoryLanOptions = {}): MemoryLan {
  const { delayMs = delayMsDefault, repeatMs = repeatMsDefault } = options;
  const started = new Set<Member>();
  let reaches = (_from: Uint8Array, _to: Uint8Array): boolean => true;

  const tell = (from: Member, to: Member): void => {
    if (from === to || !reaches(from.self.nodeKey, to.self.nodeKey)) return;
    clock.after(delayMs, () => to.onSighting?.(from.self));
  };
  const announce = (member: Member): void => {
    for (const other of started) tell(member, other);
    member.timer = clock.after(repeatMs, () => announce(member));
  };
  const join = (self: Sighting): Discovery => {
    const member: Member = { self, onSighting: undefined, timer: undefined };
    return {
      async start(onSighting) {
        if (member.onSighting !== undefined) return;
        member.onSighting = onSighting;
        started.add(member);
        for (const other of started) tell(other, member);
        announce(member);
      },
      async stop() {
        member.onSighting = undefined;
        member.timer?.cancel();
        started.delete(member);
      },
    };
  };
  return {
    join,
    setReach: (rule) => {
      reaches = rule;
    },
  };
}
