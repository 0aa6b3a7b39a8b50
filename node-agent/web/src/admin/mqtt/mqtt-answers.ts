/** What a gateway answers to commands of this page, read strictly: the rest is left out. */
import { isJson, text } from '../../connection/json-members.ts';

export interface MqttClient {
  readonly name: string;
  /** Open connections. */
  readonly connected: number;
}

export interface AddedClient {
  readonly name: string;
  readonly password: string;
  /** Where devices connect, best first. */
  readonly urls: readonly string[];
}

export function readClients(result: unknown): MqttClient[] {
  const list = isJson(result) && Array.isArray(result.clients) ? result.clients : [];
  return list
    .filter(isJson)
    .flatMap(({ name, connected }) =>
      typeof name === 'string' ? [{ name, connected: Number(connected) || 0 }] : [],
    );
}

export function readAdded(result: unknown): AddedClient | undefined {
  if (!isJson(result)) return undefined;
  const { name, password, urls } = result;
  if (typeof name !== 'string' || typeof password !== 'string') return undefined;
  return { name, password, urls: Array.isArray(urls) ? urls.map(text).filter(Boolean) : [] };
}
