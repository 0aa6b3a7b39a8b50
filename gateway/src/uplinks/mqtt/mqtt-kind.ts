/**
 * An uplink to a broker of somebody else (step 6 of a message's way): what leaves is what its admin
 * listed, channel by channel.
 */
import { MusterError } from '@muster/core';
import { siteLabel } from '../../mqtt/channels/topics.ts';
import { Allowance } from '../../policy/allowance.ts';
import { channelGate, type Gate } from '../../policy/gate.ts';
import type { MqttSettings } from '../settings.ts';
import type { Uplink } from '../uplink.ts';
import type { Endpoint } from '../uplink-checks.ts';
import type { UplinkKind, UplinkSurroundings } from '../uplink-kind.ts';
import { openBrokerStream, parseBrokerAddress } from './address.ts';
import { ChosenChannels } from './chosen-channels.ts';
import { MqttUplink, viaOfUplink } from './mqtt-uplink.ts';

export class MqttKind implements UplinkKind {
  readonly settings: MqttSettings;
  readonly gate: Gate;
  readonly allowance: Allowance;
  readonly #surroundings: UplinkSurroundings;
  readonly #chosen: ChosenChannels;

  constructor(settings: MqttSettings, surroundings: UplinkSurroundings) {
    const { host, site } = surroundings;
    const chosen = new ChosenChannels(settings.channels, () => host.channels());
    const passages = () => chosen.passages();
    this.settings = settings;
    this.#surroundings = surroundings;
    this.#chosen = chosen;
    this.gate = channelGate({ site, passages, via: viaOfUplink(settings.name) });
    const name = allowedName(settings.name);
    this.allowance = new Allowance({ node: host.node, name, isLasting: true });
  }

  async open(): Promise<Uplink> {
    const { host } = this.#surroundings;
    const { name, address, username, password, prefix } = this.settings;
    const parsed = parseBrokerAddress(address);
    if (!parsed.ok) {
      const mend = 'Remove the uplink and add it with an address such as mqtts://broker.example';
      throw new MusterError('uplink-address', `${address} is no address of a broker`, mend);
    }
    const { site } = host.identity;
    return new MqttUplink({
      ...host,
      name,
      key: host.author.key,
      write: (draft, onAnswer) => host.author.write(draft, onAnswer),
      open: () => openBrokerStream(parsed.value, this.#ca),
      ...(username === '' ? {} : { username }),
      ...(password === '' ? {} : { password }),
      topics: `${prefix}/${siteLabel(site.name)}`,
      siteName: site.name,
      channels: () => this.#chosen.channels(),
    });
  }

  reading(): number {
    return this.#chosen.channels().length;
  }

  missing(): readonly string[] {
    return this.#chosen.missing();
  }

  endpoint(): Endpoint | undefined {
    const parsed = parseBrokerAddress(this.settings.address);
    if (!parsed.ok) return undefined;
    const { host, port, scheme } = parsed.value;
    return { host, port, tls: scheme === 'mqtts' || scheme === 'wss', ...this.#ca };
  }

  keptNames(): readonly string[] {
    return [allowedName(this.settings.name)];
  }

  get #ca(): { readonly ca?: string } {
    const { ca } = this.settings;
    return ca === '' ? {} : { ca };
  }
}

function allowedName(uplink: string): string {
  return `gateway/allowed/${uplink}`;
}
