/**
 * Boxes that are whole nodes by Bluetooth, in places of a field that may change: who has which
 * message when, and what it cost on air. With `knows` the medium asks its node for the island.
 */
import { bytesKey, Lane, MeshNode, Role } from '@muster/core';
import {
  createMemoryLogger,
  MemoryStore,
  type SampleAuthor,
  SampleSite,
} from '@muster/core/testing';
import { type Box, createWorld, crypto, type World } from './boxes.ts';
import { type Place, reachOf } from './field.ts';

export interface Member extends Box {
  readonly node: MeshNode;
  /** Ids of the messages that came. */
  readonly shown: ReadonlySet<string>;
  /** The id. */
  write(text: string): string;
}

export interface Crowds {
  readonly world: World;
  readonly members: readonly Member[];
  /** Everybody's place from now on; who has none is out of reach. */
  place(places: readonly (Place | undefined)[]): void;
  /** Dials of all boxes so far. */
  dials(): number;
  stop(): Promise<void>;
}

export interface CrowdsOptions {
  readonly seed: number;
  readonly places: readonly (Place | undefined)[];
  readonly rangeM: number;
  readonly knows: boolean;
}

export async function createCrowds(options: CrowdsOptions): Promise<Crowds> {
  const world = createWorld(options.seed, { connectMs: 400 });
  const site = new SampleSite(crypto, world.random.fork());
  const place: Crowds['place'] = (places) => {
    const named = places.flatMap((at, i) => (at ? [[`box ${i}`, at] as const] : []));
    world.place(reachOf(new Map(named), options.rangeM));
  };
  place(options.places);
  const members = options.places.map((_, i) => memberOf(`box ${i}`, world, site, options.knows));
  for (const { medium, above } of members) await medium.start(above);
  return {
    ...{ world, members, place },
    dials: () => members.reduce((sum, { above }) => sum + above.dialled.length, 0),
    async stop() {
      for (const { node } of members) node.stop();
      await world.stop();
    },
  };
}

function memberOf(name: string, world: World, site: SampleSite, knows: boolean): Member {
  const { clock, random } = world;
  const { key, certificate } = site.node(name);
  const node = new MeshNode({
    ...{ crypto, clock, random: random.fork(), logger: createMemoryLogger('error') },
    ...{ store: new MemoryStore({ clock }), siteKey: site.key.publicKey, key, certificate },
  });
  const shown = new Set<string>();
  node.start({
    onBundle: ({ id }) => shown.add(bytesKey(id)),
    ...{ onHeld() {}, onNeighbours() {}, onPolicy() {}, onTrust() {}, onAct() {}, onClone() {} },
  });
  const box = world.box(name, {
    nodeKey: key.publicKey,
    onLink: (link) => node.addLink(link),
    ...(knows && { mesh: node }),
  });
  let author: SampleAuthor | undefined;
  const write = (text: string): string => {
    author ??= site.author(Role.staff);
    const { id, carried } = author.write(text, { lane: Lane.normal, hopLimit: 10 });
    node.put(carried, () => {});
    return bytesKey(id);
  };
  return { ...box, node, shown, write };
}
