/**
 * Settings of boxes that are more than a plain node: the broker of a gateway, the relay. They stand
 * in the one table, because every box has the same file, whatever its role.
 */
import type { Fault } from './setting.ts';
import { flag, integer, list, type Setting, text } from './setting.ts';

const mib = 1024 * 1024;
const portMax = 65_535;

export const gatewaySettings = {
  mqttHost: text('mqtt.host', {
    fallback: '0.0.0.0',
    about: 'Gateway: address on which the MQTT broker serves devices.',
  }),
  mqttPort: integer('mqtt.port', {
    fallback: 1883,
    min: 0,
    max: portMax,
    about: 'Gateway: port for MQTT over TCP; 0 lets the system choose.',
  }),
  mqttTlsPort: integer('mqtt.tlsPort', {
    fallback: 8883,
    min: 0,
    max: portMax,
    about: 'Gateway: port for MQTT over TLS, with a certificate of the site.',
  }),
  mqttWebSocketPort: integer('mqtt.webSocketPort', {
    fallback: 9001,
    min: 0,
    max: portMax,
    about: 'Gateway: port for MQTT over WebSocket, plain or with TLS.',
  }),
  mqttChannels: list('mqtt.channels', {
    fallback: [],
    itemsMax: 64,
    item: channelFault,
    about: "Gateway: channels that MQTT clients see, also news@harbour; empty: the site's own.",
  }),
  mqttHomeAssistant: flag('mqtt.homeAssistant', {
    fallback: true,
    about: 'Gateway: whether the nodes announce themselves to Home Assistant over MQTT.',
  }),
  relayListen: list('relay.listen', {
    fallback: ['/ip4/0.0.0.0/tcp/7320', '/ip4/0.0.0.0/tcp/7321/ws'],
    itemsMax: 16,
    item: listenFault,
    about: 'Relay: multiaddrs on which gateways of sites are awaited.',
  }),
  relayContentBytesMax: integer('relay.contentBytesMax', {
    fallback: 256 * mib,
    min: mib,
    max: 2 ** 40,
    about: 'Relay: bytes of content kept for one site unless it was admitted with another quota.',
  }),
} as const satisfies Record<string, Setting<unknown>>;

function channelFault(value: string): Fault {
  const right = value.length <= 128 && /^[^\s@/+#]+(@[^\s@/+#]+)?$/u.test(value);
  return right ? undefined : 'must be the name of a channel, or name@site';
}

function listenFault(value: string): Fault {
  const right = /^\/(ip4|ip6)\/[0-9a-f.:]+\/tcp\/\d{1,5}(\/ws)?$/i.test(value);
  return right ? undefined : 'must be a multiaddr such as /ip4/0.0.0.0/tcp/7320';
}
