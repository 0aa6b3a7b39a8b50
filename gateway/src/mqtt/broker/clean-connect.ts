/**
 * CONNECT of a clean session that left nothing behind (MQTT 3.1.1, 3.1.2.4), done as aedes does it
 * but without the stream pipeline that it builds to look for queued messages: what that leaves to
 * the collector is half of the memory of an idle client. Sessions that exist go aedes' own way.
 */
import type { Aedes } from 'aedes';
import type { Will } from '../gate/connect.ts';

interface Session {
  readonly id: string;
}

/** What is used of an aedes persistence; see aedes-persistence 11. */
interface Persistence {
  subscriptionsByClient(session: Session): Promise<readonly unknown[]>;
  cleanSubscriptions(session: Session): Promise<unknown>;
  cleanIncoming(session: Session): Promise<unknown>;
  delWill(session: Session): Promise<unknown>;
  putWill(session: Session, will: object): Promise<unknown>;
}

/** aedes 1.2's client before it is connected. */
export interface FreshClient {
  id: string;
  clean: boolean;
  version: number;
  closed: boolean;
  connecting: boolean;
  connected: boolean;
  connackSent: boolean;
  will: object | null;
  _authorized: boolean;
  _connectTimer: NodeJS.Timeout | null;
  emit(event: 'connected'): void;
}

export interface CleanConnect {
  readonly client: FreshClient;
  readonly aedes: Aedes;
  readonly sessionId: string;
  readonly protocolVersion: number;
  readonly will: Will | undefined;
  /** CONNACK is due. */
  accept(): void;
}

/** False: this session has left something behind; nothing was done. */
export async function connectClean(connect: CleanConnect): Promise<boolean> {
  const { client, aedes, sessionId, will } = connect;
  const { persistence, registerClient } = aedes as unknown as {
    readonly persistence: Persistence;
    registerClient(client: FreshClient): void;
  };
  const left = await persistence.subscriptionsByClient({ id: sessionId });
  if (left.length > 0) return false;
  if (client.closed) return true;
  clearTimeout(client._connectTimer ?? undefined);
  client._connectTimer = null;
  Object.assign(client, { id: sessionId, clean: true, version: connect.protocolVersion });
  client.connecting = true;
  await persistence.cleanSubscriptions(client);
  await persistence.delWill(client);
  if (will && !client.closed) {
    client.will = { cmd: 'publish', dup: false, ...will };
    await persistence.putWill(client, client.will);
  }
  if (client.closed) return true;
  // Not sooner: aedes would take its end for that of another connection with this id.
  client._authorized = true;
  registerClient.call(aedes, client);
  // After whoever had this id was taken over.
  await persistence.cleanIncoming(client);
  if (client.closed) return true;
  connect.accept();
  Object.assign(client, { connackSent: true, connecting: false, connected: true });
  client.emit('connected');
  return true;
}
