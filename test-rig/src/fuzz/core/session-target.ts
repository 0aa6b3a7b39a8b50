/**
 * Fuzz target: the frames of a neighbour, played to a real node in virtual time. Input: CBOR
 * [how, frame ...]. Whatever comes, the link stays or ends for a typed reason, nothing that nobody
 * wrote is shown, and the node goes on to serve others.
 */
import { Role, signTrustList, toHex } from '@muster/core';
import { encodeHello, liveStream, makeNonce, singleFlag } from '@muster/core/parsers';
import { FakeClock, type SampleNode } from '@muster/core/testing';
import { parseCbor } from '../mutate/cbor-tree.ts';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { admin, crypto, node, otherNode, site } from './cast.ts';
import { MeshBox, wireBetween } from './mesh-cast.ts';
import { firstBundles, sessionSeeds, written } from './session-seeds.ts';

/** Bits of `how`. */
const boxCalls = 1;
const noHello = 2;
/** The peer was revoked: it is only heard out for documents of the site. */
const isRevoked = 4;
/** Inputs between two looks whether another neighbour is served. */
const serveEvery = 256;
/** Between two inputs: long enough for a neighbour's budget of faults to fill up again. */
const restMs = 45_000;
const genuine = new Set(written.map(({ id }) => toHex(id)));

const revoked = site.node('revoked');
const revocation = { key: revoked.key.publicKey, reason: 1, label: '' } as const;
const list = signTrustList(
  crypto,
  { site: site.trust.site, revision: 1, epoch: 0, revoked: [revocation] },
  site.root,
);

/** An honest hello, shown in the name of its own certificate. */
function helloOf({ certificate }: SampleNode): Uint8Array {
  const nonce = makeNonce(crypto, new Uint8Array(12).fill(0x42));
  const message = encodeHello({ versionMin: 1, versionMax: 1, nonce, certificate });
  return Uint8Array.of(liveStream(0) | singleFlag, ...message);
}

export function createSessionTarget(): FuzzTarget {
  const seeds = sessionSeeds();
  let stage = new Stage();
  return {
    name: 'session',
    seeds: () => seeds,
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
  #served = 0;

  constructor() {
    for (const bundle of firstBundles) this.#box.put(bundle);
    this.#box.node.adoptTrust(list);
    this.#clock.advance(restMs);
  }

  run(input: Uint8Array): FuzzVerdict {
    this.#inputs += 1;
    if (this.#inputs % serveEvery === 0) this.#serveAnother();
    const { how, frames } = readInput(input);
    const isCaller = (how & boxCalls) === 0;
    const played = (how & isRevoked) === 0 ? node : revoked;
    const [caller, called] = isCaller ? [played, otherNode] : [otherNode, played];
    const wire = wireBetween(this.#clock, caller, called);
    const [peer, own] = isCaller ? [wire.a, wire.b] : [wire.b, wire.a];
    this.#box.endings.length = 0;
    this.#box.node.addLink(own);
    let isOpen = true;
    const onClose = () => {
      isOpen = false;
    };
    peer.start({ onFrame: () => {}, onDrain: () => {}, onClose });
    if ((how & noHello) === 0) peer.send(helloOf(played));
    this.#clock.advance(5);
    for (const frame of frames) {
      if (frame.length > 0 && frame.length <= peer.maxFrameBytes) peer.send(frame);
      this.#clock.advance(3);
    }
    this.#clock.advance(50);
    const [reason] = this.#box.endings;
    if (!isOpen && reason === undefined) broken('a link ended without a reason');
    peer.close('over');
    this.#clock.advance(restMs);
    if (this.#box.node.status().neighbours.length > 0) broken('a link that is gone is still kept');
    for (const id of this.#box.shown) if (!genuine.has(id)) broken(`shows a forged bundle ${id}`);
    this.#box.shown.length = 0;
    return reason ?? true;
  }

  /** Another box comes, and gets what a client puts here. */
  #serveAnother(): void {
    this.#served += 1;
    const other = new MeshBox(this.#clock, third);
    const wire = wireBetween(this.#clock, third, otherNode);
    this.#box.node.addLink(wire.b);
    other.node.addLink(wire.a);
    this.#clock.advance(500);
    const bundle = author.write(`for another ${this.#served}`);
    genuine.add(toHex(bundle.id));
    this.#box.put(bundle);
    this.#clock.advance(2_000);
    if (!other.node.knows(bundle.id)) broken('another neighbour is not served any more');
    other.node.stop();
    this.#clock.advance(restMs);
  }
}

const third = site.node('third', { by: admin.issuer });
const author = site.author(Role.staff);

/** Frames are the byte strings behind the first item; what is no such CBOR is one frame. */
function readInput(input: Uint8Array): { how: number; frames: readonly Uint8Array[] } {
  const [top] = parseCbor(input, { inStrings: false }) ?? [];
  if (top?.major !== 4) return { how: 0, frames: [input] };
  const [how, ...frames] = top.items;
  const isHow = how?.major === 0;
  return {
    how: isHow ? Number(how.argument & 7n) : 0,
    frames: frames.filter(({ major }) => major === 2).map(({ content }) => content),
  };
}
