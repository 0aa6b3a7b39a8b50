/**
 * All vector files by name, with their text. crypto.json is not among them: it is not made here but
 * put together from published vectors.
 */
import { bleStreamVectors } from './ble-stream.ts';
import { bundleVectors } from './bundle.ts';
import { bundleInvalidVectors } from './bundle-invalid.ts';
import { cborVectors } from './cbor.ts';
import { channelVectors } from './channel.ts';
import { claimVectors } from './claim.ts';
import { federationVectors } from './federation.ts';
import { hlcVectors } from './hlc.ts';
import { ibltVectors } from './iblt.ts';
import { identityVectors } from './identity.ts';
import { fileText } from './json.ts';
import { radioTagVectors } from './radio-tag.ts';
import { relayVectors } from './relay.ts';
import { trustVectors } from './trust.ts';
import { vaultVectors } from './vault.ts';

export function vectorFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['ble-stream.json', fileText(bleStreamVectors())],
    ['bundle.json', fileText(bundleVectors())],
    ['bundle-invalid.json', fileText(bundleInvalidVectors())],
    ['cbor.json', fileText(cborVectors())],
    ['channel.json', fileText(channelVectors())],
    ['claim.json', fileText(claimVectors())],
    ['federation.json', fileText(federationVectors())],
    ['hlc.json', fileText(hlcVectors())],
    ['iblt.json', fileText(ibltVectors())],
    ['identity.json', fileText(identityVectors())],
    ['radio-tag.json', fileText(radioTagVectors())],
    ['relay.json', fileText(relayVectors())],
    ['trust.json', fileText(trustVectors())],
    ['vault.json', fileText(vaultVectors())],
  ]);
}
