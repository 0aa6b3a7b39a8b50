/**
 * Fuzz target: forged, replayed and cross-posted bundles, given to a real node as a client, an
 * uplink and a neighbour would. Input: which forgery, of which bundle, by which way, and octets to
 * turn it with. Nothing may ever be taken: whatever the node shows anew is a fault.
 */
import { concat, decodeFields, dropReasons, type PutAnswer, utf8 } from '@muster/core';
import { encodeHello, liveStream, makeNonce, singleFlag } from '@muster/core/parsers';
import { FakeClock } from '@muster/core/testing';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { crypto, otherNode, site } from './cast.ts';
import { forgeries, known, soonGoneS, unseen } from './forgeries.ts';
import { MeshBox, wireBetween } from './mesh-cast.ts';

const names = Object.keys(forgeries);
const sources = [...known, ...unseen];
/** Replays of what it never saw would be rightly taken. */
const replays: ReadonlySet<string> = new Set(['replayed', 'age reset']);
/** Neighbours take turns, so that the budget of faults of each fills up again. */
const peers = Array.from({ length: 32 }, (_, i) => site.node(`peer ${i}`));
const restMs = 1_500;
const ways = ['client', 'uplink', 'neighbour'] as const;
const rawBundle = 11;

export function createForgedTarget(): FuzzTarget {
  let stage = new Stage();
  return {
    name: 'forged',
    seeds: () =>
      names.flatMap((_, i) =>
        ways.map((__, way) => Uint8Array.of(i, i, way, 1, 2, 3, 4, 5, 6, 7, 8)),
      ),
    run: (input) => stage.run(input),
    reset: () => {
      stage = new Stage();
    },
  };
}

class Stage {
  readonly #clock = new FakeClock();
  readonly #box = new MeshBox(this.#clock, otherNode);
  #inputs = 0;

  constructor() {
    for (const bundle of known) {
      this.#box.put(bundle);
      this.#clock.advance(20_000);
    }
    this.#clock.advance(1_000 * soonGoneS);
    if (this.#box.shown.length !== known.length) broken('an honest bundle was not taken');
    this.#box.shown.length = 0;
  }

  run(input: Uint8Array): FuzzVerdict {
    this.#inputs += 1;
    const name = names[(input[0] ?? 0) % names.length]!;
    const from = replays.has(name) ? known : sources;
    const source = from[(input[1] ?? 0) % from.length]!;
    const turn = input.length > 3 ? input.slice(3, 300) : utf8('turn');
    const forged = forgeries[name]!(source.carried, turn);
    const isSame =
      Buffer.from(forged.signed).equals(source.carried.signed) &&
      Buffer.from(forged.signature).equals(source.carried.signature);
    // A change that changed nothing, or only the ticket of a bundle that is right by itself.
    if (isSame && !known.includes(source)) return 'nothing changed';
    const way = ways[(input[2] ?? 0) % ways.length]!;
    const verdict = this.#give(way, forged);
    if (this.#box.shown.length > 0) broken(`taken from a ${way}: ${name}`);
    return `${name}: ${verdict}`;
  }

  #give(way: (typeof ways)[number], forged: (typeof known)[number]['carried']): string {
    if (way === 'neighbour') return this.#asNeighbour(forged);
    let given: PutAnswer | undefined;
    const onAnswer = (answer: PutAnswer) => {
      given = answer;
    };
    if (way === 'client') this.#box.node.put(forged, onAnswer);
    else this.#box.node.takeFromUplink(forged, onAnswer);
    this.#clock.advance(10);
    if (!given) return broken('no answer');
    return given.ok ? 'held already' : given.reason;
  }

  #asNeighbour({ signed, signature, ticket }: (typeof known)[number]['carried']): string {
    const peer = peers[this.#inputs % peers.length]!;
    const wire = wireBetween(this.#clock, peer, otherNode);
    this.#box.node.addLink(wire.b);
    wire.a.start({ onFrame: () => {}, onDrain: () => {}, onClose: () => {} });
    const nonce = makeNonce(crypto, new Uint8Array(12).fill(0x42));
    const hello = encodeHello({
      versionMin: 1,
      versionMax: 1,
      nonce,
      certificate: peer.certificate,
    });
    wire.a.send(concat(Uint8Array.of(liveStream(0) | singleFlag), hello));
    this.#clock.advance(5);
    const fields = decodeFields(signed);
    const header = liveStream(fields.ok ? fields.value.lane : 1) | singleFlag;
    const head = Uint8Array.of(header, rawBundle, 0, 0);
    wire.a.send(concat(head, varint(ticket.length), ticket, signature, signed));
    const before = this.#box.node.status().dropped;
    this.#clock.advance(20);
    const after = this.#box.node.status().dropped;
    wire.a.close('over');
    this.#clock.advance(restMs);
    const reason = dropReasons.find((name) => after[name] !== before[name]);
    return reason ?? 'not looked at';
  }
}

function varint(value: number): Uint8Array {
  return value < 128 ? Uint8Array.of(value) : Uint8Array.of((value & 127) | 128, value >> 7);
}
