/** Every packet that an MQTT client may send, with all its fields and with none: seeds only. */
import type { IConnectPacket, Packet } from 'mqtt-packet';

const common = {
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  keepalive: 60,
} as const;

/** The first one is that of the credential that the broker target makes. */
export const connectPackets: readonly IConnectPacket[] = [
  { ...common, clientId: 'one', username: 'box', password: Buffer.from('box-password') },
  { ...common, clientId: '' },
  { ...common, protocolId: 'MQIsdp', protocolVersion: 3, clientId: 'old', clean: false },
  {
    ...common,
    clientId: 'kept',
    clean: false,
    username: 'box',
    password: Buffer.from('box-password'),
    will: { topic: 'rooms/kitchen', payload: Buffer.from('gone'), qos: 1, retain: true },
  },
  {
    ...common,
    clientId: 'w2',
    username: 'box',
    will: { topic: 'rooms/hall', payload: Buffer.alloc(0), qos: 2, retain: false },
  },
];

const publish = { cmd: 'publish', topic: 'rooms/kitchen', dup: false, retain: false } as const;

export const clientPackets: readonly Packet[] = [
  { ...publish, qos: 0, payload: Buffer.from('on') },
  { ...publish, qos: 0, retain: true, payload: Buffer.from('kept') },
  { ...publish, qos: 0, retain: true, payload: Buffer.alloc(0) },
  { ...publish, qos: 1, messageId: 1, payload: Buffer.from('{"text":"hello"}') },
  { ...publish, qos: 1, messageId: 1, dup: true, retain: true, payload: Buffer.from('again') },
  { ...publish, qos: 2, messageId: 65_535, payload: Buffer.from('two') },
  { cmd: 'pubrel', messageId: 65_535 },
  { cmd: 'puback', messageId: 1 },
  { cmd: 'pubrec', messageId: 2 },
  { cmd: 'pubcomp', messageId: 2 },
  {
    cmd: 'subscribe',
    messageId: 3,
    subscriptions: [
      { topic: 'rooms/#', qos: 2 },
      { topic: 'site/+/status', qos: 1 },
      { topic: 'x', qos: 0 },
    ],
  },
  { cmd: 'unsubscribe', messageId: 4, unsubscriptions: ['rooms/#', 'x'] },
  { cmd: 'pingreq' },
  { cmd: 'disconnect' },
];
