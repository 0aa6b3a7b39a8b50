/** The next message that an MQTT client is given. */
import type { IPublishPacket, MqttClient } from 'mqtt';

export interface Received {
  readonly topic: string;
  readonly text: string;
  readonly packet: IPublishPacket;
}

export function nextMessage(client: MqttClient): Promise<Received> {
  return new Promise((resolve) => {
    client.once('message', (topic, payload, packet) => {
      resolve({ topic, text: String(payload), packet });
    });
  });
}
