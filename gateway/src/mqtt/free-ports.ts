/**
 * The ports that the broker gets: as configured, or the next free one where a usual port is taken
 * (another broker on the same machine). A port that somebody chose is never changed.
 */
import { type Config, configOf, freePortFrom, isPortFree, portTaken } from '@muster/agent';

const names = ['mqttPort', 'mqttTlsPort', 'mqttWebSocketPort'] as const;
type PortName = (typeof names)[number];

export interface ChosenPorts {
  readonly ports: Readonly<Record<PortName, number>>;
  readonly moved: readonly { readonly from: number; readonly to: number }[];
}

export async function choosePorts(config: Config, usual = configOf()): Promise<ChosenPorts> {
  const { mqttHost: host } = config;
  const moved: { from: number; to: number }[] = [];
  const ports = { mqttPort: 0, mqttTlsPort: 0, mqttWebSocketPort: 0 };
  for (const name of names) {
    const wanted = config[name];
    ports[name] = wanted;
    if (wanted === 0 || (await isPortFree(host, wanted))) continue;
    if (wanted !== usual[name]) throw await portTaken(host, wanted);
    ports[name] = await freePortFrom(host, wanted + 1);
    moved.push({ from: wanted, to: ports[name] });
  }
  return { ports, moved };
}
