/**
 * BlueZ: the Bluetooth of this machine as a BleHost. Below step 4 of a message's way.
 *
 *     const channels = (adapter: BlePeer) => helper.channelsFor(adapter);
 *     const host = createBluezHost({ clock, logger, channels });
 *     await host.start(() => use(host.adapters, host.state));
 */
export type { ChannelsOf } from './bluez-adapter.ts';
export { type BluezHost, type BluezHostOptions, createBluezHost } from './bluez-host.ts';
export type { BluezSettings, Privacy } from './machine.ts';
export type { BluezAdapterSurvey, BluezSurvey } from './survey.ts';
