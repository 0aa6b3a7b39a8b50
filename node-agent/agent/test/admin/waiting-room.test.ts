/** The waiting room in virtual time: order, bounds, and a crowd from one address. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@muster/core/testing';
import { socketLimits } from '../../src/socket/limits.ts';
import { type TurnedAway, type Waiter, WaitingRoom } from '../../src/socket/waiting-room.ts';

class Guest implements Waiter {
  readonly device: Uint8Array;
  readonly name: string;
  readonly address: string;
  readonly places: number[] = [];
  fate: TurnedAway | 'in' | 'judged' | undefined;
  isByApproval = true;

  constructor(number: number, address = `10.0.${number >> 8}.${number & 255}`) {
    this.device = Uint8Array.of(number >> 8, number & 255);
    this.name = `guest ${number}`;
    this.address = address;
  }

  mustWait(): boolean {
    return this.isByApproval;
  }

  comeAgain(): void {
    this.fate = 'judged';
  }

  letIn(): void {
    this.fate = 'in';
  }

  turnAway(reason: TurnedAway): void {
    this.fate = reason;
  }

  tellPlace(place: number): void {
    this.places.push(place);
  }
}

function room() {
  const clock = new FakeClock();
  let changes = 0;
  const all = new WaitingRoom({ clock, onChange: () => (changes += 1) });
  return { clock, all, changes: () => changes };
}

test('two hundred wait in their order; places are told once a second and only when new', () => {
  const { clock, all, changes } = room();
  const guests = Array.from({ length: socketLimits.waitingMax }, (_, i) => new Guest(i));
  for (const guest of guests) all.add(guest);
  assert.equal(changes(), 0);
  clock.advance(socketLimits.waitingTellMs);
  assert.equal(changes(), 1);
  assert.deepEqual(
    guests.flatMap(({ places }) => places),
    guests.map((_, i) => i + 1),
  );
  assert.ok(all.decide(guests[100]!.device, true));
  assert.equal(guests[100]!.fate, 'in');
  assert.ok(!all.decide(guests[100]!.device, true), 'once');
  clock.advance(socketLimits.waitingTellMs);
  assert.deepEqual(guests[99]!.places, [100]);
  assert.deepEqual(guests[101]!.places, [102, 101]);
  assert.equal(all.people[0]!.name, 'guest 0');
});

test('at the maximum a newcomer is turned away, unless one address has taken the room', () => {
  const { all } = room();
  const { waitingMax } = socketLimits;
  for (let i = 0; i < waitingMax; i++) all.add(new Guest(i));
  const late = new Guest(999);
  all.add(late);
  assert.equal(late.fate, 'waiting-full');

  const { all: crowded } = room();
  const crowd = Array.from({ length: waitingMax }, (_, i) => new Guest(i, '10.9.9.9'));
  for (const guest of crowd) crowded.add(guest);
  const honest = Array.from({ length: 50 }, (_, i) => new Guest(500 + i));
  for (const guest of honest) crowded.add(guest);
  assert.ok(honest.every(({ fate }) => fate === undefined));
  assert.equal(crowded.size, waitingMax);
  const gone = crowd.filter(({ fate }) => fate === 'waiting-full');
  assert.equal(gone.length, 50);
  assert.equal(crowd[0]!.fate, undefined, 'the last to come give way');
  const further = new Guest(900, '10.9.9.9');
  crowded.add(further);
  assert.equal(further.fate, 'waiting-full');
});

test('a second tab takes the place of the first; whoever leaves is forgotten', () => {
  const { clock, all } = room();
  const [first, other, second] = [new Guest(1), new Guest(2), new Guest(1)];
  all.add(first);
  all.add(other);
  all.add(second);
  assert.equal(first.fate, 'waits-elsewhere');
  all.remove(first);
  clock.advance(1_000);
  assert.deepEqual([second.places, other.places], [[1], [2]]);
  all.remove(second);
  assert.equal(all.size, 1);
});

test('who comes back within two minutes has the old place, later the last', () => {
  const { clock, all } = room();
  const guests = [1, 2, 3].map((number) => new Guest(number));
  for (const guest of guests) {
    all.add(guest);
    clock.advance(1);
  }
  const names = () => all.people.map(({ name }) => name);
  all.remove(guests[0]!);
  clock.advance(socketLimits.waitingAwayMsMax - 1);
  all.add(new Guest(1));
  assert.deepEqual(names(), ['guest 1', 'guest 2', 'guest 3']);
  all.remove(guests[1]!);
  clock.advance(socketLimits.waitingAwayMsMax);
  all.add(new Guest(2));
  assert.deepEqual(names(), ['guest 1', 'guest 3', 'guest 2']);
});

test('nobody waits longer than half an hour, nor than the rules ask for it', () => {
  const { clock, all } = room();
  const [early, late] = [new Guest(1), new Guest(2)];
  all.add(early);
  clock.advance(socketLimits.waitingMsMax - 1);
  all.add(late);
  clock.advance(1);
  all.tick();
  assert.deepEqual([early.fate, late.fate], ['waited-too-long', undefined]);
  all.judgeAgain();
  assert.deepEqual([late.fate, all.size], [undefined, 1]);
  late.isByApproval = false;
  all.judgeAgain();
  assert.deepEqual([late.fate, all.size], ['judged', 0]);
  all.stop();
  clock.advance(10_000);
  assert.equal(clock.waiting, 0);
});
