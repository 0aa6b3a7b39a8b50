/** An MQTT device of a test: it listens from its first moment on, and keeps what it was told. */
import type { TestContext } from 'node:test';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';

/** As `mqtt.client.add` answers it. */
export interface Credential {
  readonly name: string;
  readonly password: string;
  readonly urls: readonly string[];
  readonly topic: string;
  readonly ca?: string;
}

export interface DeviceOptions {
  readonly scheme?: 'mqtt' | 'mqtts';
  /** Keeps a session under this id. */
  readonly session?: string;
}

export class Device {
  readonly client: MqttClient;
  readonly texts: string[] = [];
  #onText = (): void => {};

  constructor(client: MqttClient) {
    this.client = client;
    client.on('message', (_topic, payload) => {
      this.texts.push((JSON.parse(payload.toString()) as { text: string }).text);
      this.#onText();
    });
  }

  static async connect(
    t: TestContext,
    credential: Credential,
    { scheme = 'mqtt', session }: DeviceOptions = {},
  ): Promise<Device> {
    const { name, password, urls, ca } = credential;
    const url = urls.find((one) => one.startsWith(`${scheme}:`))!;
    const options: IClientOptions = { username: name, password, reconnectPeriod: 0 };
    const kept = session === undefined ? {} : { clientId: session, clean: false };
    const tls = scheme === 'mqtts' && ca !== undefined ? { ca } : {};
    const device = new Device(connect(url, { ...options, ...kept, ...tls }));
    t.after(() => device.client.endAsync(true));
    await new Promise<void>((resolve, reject) => {
      device.client.once('connect', () => resolve());
      device.client.once('error', reject);
    });
    return device;
  }

  async subscribe(topic: string): Promise<void> {
    await this.client.subscribeAsync(topic, { qos: 1 });
  }

  async publish(topic: string, text: string): Promise<void> {
    await this.client.publishAsync(topic, text, { qos: 1 });
  }

  /** Resolves once so many messages came. */
  async until(count: number): Promise<readonly string[]> {
    while (this.texts.length < count) {
      await new Promise<void>((resolve) => {
        this.#onText = resolve;
      });
    }
    return this.texts;
  }
}
