/** The relay: keeps bundles for sites that are away. Step 6 of a message's way. */
export {
  createRelay,
  type Relay,
  type RelayOptions,
  type RelaySiteStatus,
  type RelayStatus,
} from './relay.ts';
export { relayCommands } from './relay-commands.ts';
export {
  type AdmittedSite,
  type HubSiteStatus,
  RelayHub,
  type RelayHubOptions,
} from './relay-hub.ts';
export { readRelayKey } from './relay-key.ts';
