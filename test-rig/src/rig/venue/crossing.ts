/**
 * What leaves the venue, and what comes in (steps 5 and 6): MQTT devices at the gateway a3, a relay
 * that dies and comes back, a line that flaps, the gateway killed under load. The other side is a
 * whole site of its own. Nothing acknowledged may be lost, and nothing may arrive twice.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Box } from './box.ts';
import type { BrowserPhone } from './browser-phone.ts';
import { type Device, publish, Subscriber } from './mosquitto.ts';
import { VenueNetwork } from './network.ts';
import type { Probe } from './probe/probe.ts';
import type { StaffKey } from './site.ts';

const flaps = 50;
const kills = 50;
const seenMsMax = 20_000;
/** All that was acknowledged is everywhere within this, once it is quiet. */
const settleMsMax = 90_000;
/** So long it is looked often. */
const hurryMs = 10_000;

export interface CrossingWorld {
  readonly network: VenueNetwork;
  readonly folder: string;
  readonly figures: Record<string, number>;
  /** The gateway of the venue, that of the other site, and the relay: all ready. */
  readonly a3: Box;
  readonly b1: Box;
  readonly r1: Box;
  /** Probes in the phones' namespaces at a1, at a3 and at b1. */
  readonly atA1: Probe;
  readonly atA3: Probe;
  readonly atB1: Probe;
  /** Phones that look at #news of the venue, at a1 and at b1. */
  readonly ada: BrowserPhone;
  openAtB1(): Promise<BrowserPhone>;
  staff(site: 'venue' | 'harbour'): StaffKey;
  say(line: string): void;
  expect(holds: boolean, what: string): void;
  until(what: string, holds: () => Promise<boolean>): Promise<void>;
  /** Starts a box again and waits until it answers. */
  restart(name: 'a3' | 'r1'): Promise<void>;
}

export async function runCrossing(world: CrossingWorld): Promise<void> {
  const crossing = new CrossingPhases(world);
  try {
    await crossing.mqtt();
    await crossing.federate();
    await crossing.relayAway();
    await crossing.flap();
    await crossing.killGateway();
  } finally {
    await crossing.close();
  }
}

class CrossingPhases {
  readonly #world: CrossingWorld;
  readonly #subscribers: Subscriber[] = [];
  #device: Device | undefined;
  #secure: Device | undefined;
  #topic = '';
  #bea: BrowserPhone | undefined;

  constructor(world: CrossingWorld) {
    this.#world = world;
  }

  async close(): Promise<void> {
    for (const subscriber of this.#subscribers) await subscriber.stop();
  }

  /** A phone at a1, devices at a3 over TCP and TLS, at every QoS, both ways. */
  async mqtt(): Promise<void> {
    const { say, a3, network, ada, folder, figures } = this.#world;
    say('an MQTT device at a3: both ways, QoS 0, 1 and 2, TCP and TLS');
    const added = await a3.muster('mqtt', 'client', 'add', 'kitchen');
    const { password, topic, ca } = added as { password: string; topic: string; ca: string };
    const caFile = join(folder, 'site-ca.pem');
    writeFileSync(caFile, ca);
    const base = {
      namespace: network.namespace('m1'),
      host: '10.77.9.1',
      user: 'kitchen',
      password,
    };
    this.#device = { ...base, port: 1883 };
    this.#secure = { ...base, port: 8883, caFile };
    this.#topic = topic.replace('general', 'news');
    for (const [kind, device] of [
      ['tcp', this.#device],
      ['tls', this.#secure],
    ] as const) {
      for (const qos of [0, 1, 2] as const) {
        const label = `${kind} qos ${qos}`;
        const subscriber = this.#subscribe(device, { qos, clientId: `sub-${kind}-${qos}` });
        // What is subscribed is told by a message that arrives: no other sign is the device's own.
        await delay(300);
        const outMs = Date.now();
        await ada.write(`to ${label}`);
        await subscriber.sees(`to ${label}`, seenMsMax);
        figures[`phoneToMqtt ${label} ms`] = Date.now() - outMs;
        const backMs = Date.now();
        const seen = ada.sees(`from ${label}`);
        const taken = await publish(device, { topic: this.#topic, text: `from ${label}`, qos });
        this.#world.expect(taken, `${label}: the broker did not take a message`);
        await seen;
        figures[`mqttToPhone ${label} ms`] = Date.now() - backMs;
      }
    }
    for (const subscriber of this.#subscribers.splice(1)) await subscriber.stop();
  }

  /** Two admins exchange cards; after that a channel crosses through the relay. */
  async federate(): Promise<void> {
    const { say, a3, b1, r1, ada, figures } = this.#world;
    say('the venue and the harbour pin each other and share #news over a relay');
    const { addresses } = (await r1.muster('relay', 'list')) as { addresses: string[] };
    const peer = addresses[0]!.split('/p2p/')[1]!;
    for (const [box, name] of [
      [a3, 'a3'],
      [b1, 'b1'],
    ] as const) {
      const host = VenueNetwork.relayHosts[name];
      await box.muster('uplink', 'add', 'relay', `/ip4/${host}/tcp/7320/p2p/${peer}`);
    }
    const cards = await Promise.all(
      [a3, b1].map(async (box) => (await box.muster('site', 'card')).card),
    );
    const [venueCard, harbourCard] = cards as [string, string];
    await r1.muster('relay', 'admit', venueCard);
    await r1.muster('relay', 'admit', harbourCard);
    await a3.muster('site', 'pin', harbourCard);
    await b1.muster('site', 'pin', venueCard);
    await a3.muster('policy', 'set', 'news', 'both', '--with', 'harbour');
    await b1.muster('policy', 'set', 'news@venue', 'both');
    await this.#untilUp(a3);
    await this.#untilUp(b1);
    this.#bea = await this.#world.openAtB1();
    figures['phone A to phone B ms'] = await ada.timeTo(this.#bea, 'hello harbour');
    figures['phone B to phone A ms'] = await this.#bea.timeTo(ada, 'hello venue');
    const all = Array.from({ length: 5 }, (_, i) => `again ${i}`);
    const waits: number[] = [];
    for (const text of all) waits.push(await ada.timeTo(this.#bea, text));
    figures['phone A to phone B, median ms'] = waits.sort((a, b) => a - b)[2]!;
  }

  async relayAway(): Promise<void> {
    const { say, r1, atA1, atB1, staff, restart, figures } = this.#world;
    say('the relay is killed; both sites go on writing; it comes back');
    await r1.kill();
    const written = await Promise.all([
      atA1.ask('trickle', {
        ...this.#writing('venue', 'news'),
        count: 100,
        everyMs: 10,
        label: 'a away',
      }),
      atB1.ask('trickle', {
        ...{ staff: staff('harbour'), channel: 'news@venue' },
        ...{ count: 100, everyMs: 10, label: 'b away' },
      }),
    ]);
    const backMs = Date.now();
    await restart('r1');
    await this.#settle(written.flat().map(({ text }) => text!));
    figures['relay back, all there ms'] = Date.now() - backMs;
  }

  async flap(): Promise<void> {
    const { say, network, atA1, atB1, staff, figures } = this.#world;
    say(`the venue's uplink goes down and up ${flaps} times while both sites write`);
    const count = 300;
    const writing = Promise.all([
      atA1.ask('trickle', {
        ...this.#writing('venue', 'news'),
        count,
        everyMs: 200,
        label: 'a flap',
      }),
      atB1.ask('trickle', {
        ...{ staff: staff('harbour'), channel: 'news@venue' },
        ...{ count, everyMs: 200, label: 'b flap' },
      }),
    ]);
    for (let i = 0; i < flaps; i++) {
      network.setUplink('a3', false);
      await delay(100 + (i % 5) * 150);
      network.setUplink('a3', true);
      await delay(300 + (i % 7) * 150);
    }
    const written = await writing;
    const quietMs = Date.now();
    await this.#settle(written.flat().map(({ text }) => text!));
    figures['after the last flap, all there ms'] = Date.now() - quietMs;
  }

  /** Whatever the broker acknowledged is on disk: at QoS 1 and 2 the device may believe it. */
  async killGateway(): Promise<void> {
    const { say, a3, atA1, restart, figures } = this.#world;
    say(`the gateway is killed ${kills} times while devices and phones write`);
    // Only QoS 2 promises a device that nothing comes twice.
    const subscriber = this.#subscribe(this.#device!, { qos: 2, clientId: 'steady' });
    await delay(300);
    let done = false;
    const acknowledged: string[] = [];
    const device = async (qos: 1 | 2, label: string): Promise<void> => {
      for (let i = 0; !done; i++) {
        const text = `${label} ${i}`;
        const message = { topic: this.#topic, text, qos };
        if (await publish(this.#device!, message).catch(() => false)) acknowledged.push(text);
        // The node's own share is 120 bundles a minute.
        await delay(600);
      }
    };
    const phones = atA1.ask('trickle', {
      ...this.#writing('venue', 'news'),
      ...{ count: Math.ceil(1.3 * kills), everyMs: 1_000, label: 'a kill' },
    });
    const devices = Promise.all([device(1, 'one'), device(2, 'two')]);
    const startedMs = Date.now();
    for (let i = 0; i < kills; i++) {
      await delay(150 + (i % 8) * 120);
      await a3.kill();
      await restart('a3');
    }
    figures['gateway back after kill -9, mean ms'] = Math.round((Date.now() - startedMs) / kills);
    done = true;
    await devices;
    const texts = [...acknowledged, ...(await phones).map(({ text }) => text!)];
    figures['acknowledged under 50 kills'] = texts.length;
    await this.#settle(texts);
    for (const text of texts) await subscriber.sees(text, seenMsMax);
    this.#onceEach('the MQTT subscriber', subscriber.texts);
  }

  #writing(site: 'venue' | 'harbour', channel: string) {
    return { staff: this.#world.staff(site), channel };
  }

  #subscribe(device: Device, options: { qos: 0 | 1 | 2; clientId: string }): Subscriber {
    const subscriber = new Subscriber(device, this.#topic, options);
    this.#subscribers.push(subscriber);
    return subscriber;
  }

  async #untilUp(box: Box): Promise<void> {
    await this.#world.until('the uplink is up', async () => {
      const { uplinks } = (await box.muster('uplink', 'list')) as { uplinks: { state: string }[] };
      return uplinks.every(({ state }) => state === 'up');
    });
  }

  /** All of it at both sites, each once. */
  async #settle(texts: readonly string[]): Promise<void> {
    const { atA1, atA3, atB1, expect } = this.#world;
    const places = [
      ['a1', atA1, 'news'],
      ['a3', atA3, 'news'],
      ['b1', atB1, 'news@venue'],
    ] as const;
    const beginMs = Date.now();
    const endMs = beginMs + settleMsMax;
    for (const [name, probe, channel] of places) {
      let shown: readonly string[] = [];
      let lost = texts;
      while (lost.length > 0 && Date.now() < endMs) {
        shown = await probe.ask('texts', { channel });
        const has = new Set(shown);
        lost = texts.filter((text) => !has.has(text));
        // Each look opens a session; a box takes two a second from one address for long.
        if (lost.length > 0) await delay(Date.now() < beginMs + hurryMs ? 200 : 1_000);
      }
      expect(lost.length === 0, `${name} lacks ${lost.length} messages, the first is "${lost[0]}"`);
      this.#onceEach(name, shown);
    }
  }

  #onceEach(where: string, texts: readonly string[]): void {
    const twice = texts.filter((text, i) => texts.indexOf(text) !== i);
    this.#world.expect(twice.length === 0, `${where} has ${twice.length} twice: "${twice[0]}"`);
  }
}
