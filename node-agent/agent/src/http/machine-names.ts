/**
 * What this machine goes by, for its TLS certificate: one answer for https and for MQTT, since both
 * are served with the same one. The site's authority leaves out what it may not vouch for.
 */
import { hostname } from 'node:os';
import type { MachineNames } from '@muster/provisioning';
import type { Config } from '../config/index.ts';
import { hostNamesOf } from '../node-names.ts';
import { listOwnAddresses } from './own-addresses.ts';

/** `certifiedName`: the node's, unless the configuration gives it another. */
export function machineNamesOf(
  { nodeName, httpHostNames }: Pick<Config, 'nodeName' | 'httpHostNames'>,
  certifiedName: string,
): MachineNames {
  return {
    hostName: hostname(),
    hostNames: [...hostNamesOf(nodeName || certifiedName), ...httpHostNames],
    addresses: listOwnAddresses().map(({ address }) => address),
  };
}
