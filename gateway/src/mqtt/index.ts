/**
 * The MQTT side of the gateway: its broker, its clients, and what the bridge of channels hooks to.
 */
export {
  type BrokerCounters,
  type ConnectedClient,
  createMqttBroker,
  type MqttBroker,
  type MqttBrokerOptions,
  type OwnPublish,
} from './broker/broker.ts';
export type { AedesPersistence } from './broker/persistence.ts';
export { ClientBook, type ClientBookOptions, type Member } from './clients/client-book.ts';
export type { GrantLists } from './clients/grants.ts';
export type { BrokerHooks, ClientPublish, MqttClient, PublishVerdict } from './hooks.ts';
export { type MqttLimits, mqttLimits } from './limits.ts';
export type { ListenerOptions, MqttPorts, TlsKey } from './listeners/listeners.ts';
