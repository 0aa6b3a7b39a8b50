/**
 * Home Assistant's MQTT discovery for a node: one device with its entities in one retained message
 * (device discovery, Home Assistant 2024.11 and later). Step 6. Ids are made of node keys, so they
 * are the same after every restart and rename.
 */
import { statusLimits } from './limits.ts';

/** Home Assistant says `online` here when it starts, and wants everything told again. */
export const birthTopic = 'homeassistant/status';

export interface DiscoveredNode {
  /** In base64url. */
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly statusTopic: string;
  /** Of the gateway that tells of it. */
  readonly availabilityTopic: string;
  /** The gateway's key, for a neighbour that is reached through it. */
  readonly seenBy?: string;
}

interface Entity {
  readonly platform: 'sensor' | 'binary_sensor';
  readonly name: string;
  /** Jinja template over the status. */
  readonly value: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

const bytes = { device_class: 'data_size', unit_of_measurement: 'B', state_class: 'measurement' };
const count = { state_class: 'measurement' };
const diagnostic = { entity_category: 'diagnostic' };

const ofGateway: Readonly<Record<string, Entity>> = {
  links: entity('sensor', 'Links', 'value_json.links | length', count),
  bundles: entity('sensor', 'Bundles held', 'value_json.store.bundlesHeld', count),
  content: entity('sensor', 'Content', 'value_json.store.contentBytes', bytes),
  free: entity('sensor', 'Disk free', 'value_json.store.freeBytes', bytes),
  queue: entity('sensor', 'Queued', 'value_json.queuedBytes.values() | sum', bytes),
  mqtt: entity('sensor', 'MQTT clients', 'value_json.mqtt.clients', count),
  phones: entity('sensor', 'Phones', 'value_json.sessions', count),
  uplink: entity('binary_sensor', 'Uplink', onWhen('value_json.uplinks.up > 0'), {
    device_class: 'connectivity',
  }),
  waiting: entity('sensor', 'Waiting to leave', 'value_json.uplinks.waiting', count),
  clock: entity('sensor', 'Clock', 'value_json.clock.quality', {
    device_class: 'enum',
    options: ['unknown', 'device', 'synced'],
    ...diagnostic,
  }),
  uptime: entity('sensor', 'Uptime', 'value_json.uptimeS', {
    device_class: 'duration',
    unit_of_measurement: 's',
    ...diagnostic,
  }),
};

const ofNeighbour: Readonly<Record<string, Entity>> = {
  link: entity('binary_sensor', 'Link', onWhen("value_json.state == 'linked'"), {
    device_class: 'connectivity',
  }),
  medium: entity('sensor', 'Medium', "value_json.link.medium | default('none')", {
    device_class: 'enum',
    options: ['lan', 'radio', 'metered', 'none'],
    ...diagnostic,
  }),
  queue: entity(
    'sensor',
    'Queued',
    '(value_json.link.queuedBytes | default({})).values() | sum',
    bytes,
  ),
};

export function discoveryTopic(key: string): string {
  return `homeassistant/device/muster_${key}/config`;
}

/** The message for `discoveryTopic`; an empty one takes the device away. */
export function discoveryConfig(node: DiscoveredNode): unknown {
  const { key, name, version, statusTopic, availabilityTopic, seenBy } = node;
  const entities = seenBy === undefined ? ofGateway : ofNeighbour;
  const components = Object.entries(entities).map(([id, one]) => [id, componentOf(key, id, one)]);
  return {
    device: {
      identifiers: [idOf(key)],
      name,
      manufacturer: 'Muster',
      model: seenBy === undefined ? 'Gateway' : 'Node',
      ...(seenBy === undefined ? { sw_version: version } : { via_device: idOf(seenBy) }),
    },
    origin: { name: 'Muster', sw_version: version },
    availability: [{ topic: availabilityTopic }],
    state_topic: statusTopic,
    components: Object.fromEntries(components),
  };
}

function componentOf(key: string, id: string, { platform, name, value, more }: Entity) {
  return {
    platform,
    unique_id: `${idOf(key)}_${id}`,
    name,
    value_template: `{{ ${value} }}`,
    expire_after: statusLimits.validForS,
    ...more,
  };
}

function entity(
  platform: Entity['platform'],
  name: string,
  value: string,
  more: Entity['more'] = {},
): Entity {
  return { platform, name, value, more };
}

/** What a binary sensor takes for on and off. */
function onWhen(condition: string): string {
  return `'ON' if ${condition} else 'OFF'`;
}

function idOf(key: string): string {
  return `muster_${key}`;
}
