/** Every parser that the fuzzer knows, by name, loaded when it is asked for. */
import type { FuzzTarget } from './target.ts';

export const fuzzTargets: Readonly<Record<string, () => Promise<FuzzTarget>>> = {
  bundle: async () => (await import('./core/bundle-target.ts')).createBundleTarget(),
  cbor: async () => (await import('./core/cbor-target.ts')).createCborTarget(),
  session: async () => (await import('./core/session-target.ts')).createSessionTarget(),
  iblt: async () => (await import('./core/iblt-target.ts')).createIbltTarget(),
  forged: async () => (await import('./core/forged-target.ts')).createForgedTarget(),
  'admin-certificate': async () =>
    (await import('./core/identity-targets.ts')).createAdminCertificateTarget(),
  certificate: async () => (await import('./core/identity-targets.ts')).createCertificateTarget(),
  ticket: async () => (await import('./core/identity-targets.ts')).createTicketTarget(),
  device: async () => (await import('./core/identity-targets.ts')).createDeviceTarget(),
  'trust-list': async () => (await import('./core/trust-targets.ts')).createTrustListTarget(),
  'site-rules': async () => (await import('./core/trust-targets.ts')).createSiteRulesTarget(),
  'guest-pass': async () => (await import('./core/trust-targets.ts')).createGuestPassTarget(),
  grant: async () => (await import('./core/trust-targets.ts')).createGrantTarget(),
  'admin-act': async () => (await import('./core/trust-targets.ts')).createAdminActTarget(),
  'node-report': async () => (await import('./core/trust-targets.ts')).createNodeReportTarget(),
  'person-code': async () => (await import('./core/trust-targets.ts')).createPersonCodeTarget(),
  'claim-code': async () => (await import('./core/claim-targets.ts')).createClaimCodeTarget(),
  'claim-message': async () => (await import('./core/claim-targets.ts')).createClaimMessageTarget(),
  provision: async () => (await import('./core/claim-targets.ts')).createProvisionTarget(),
  'admin-papers': async () => (await import('./core/claim-targets.ts')).createAdminPapersTarget(),
  'channel-description': async () =>
    (await import('./core/channel-targets.ts')).createDescriptionTarget(),
  'channel-link': async () => (await import('./core/channel-targets.ts')).createChannelLinkTarget(),
  'channel-message': async () => (await import('./core/channel-targets.ts')).createMessageTarget(),
  profile: async () => (await import('./core/channel-targets.ts')).createProfileTarget(),
  'channel-seal': async () => (await import('./core/channel-targets.ts')).createSealTarget(),
  'site-card': async () => (await import('./core/federation-targets.ts')).createSiteCardTarget(),
  'site-policy': async () =>
    (await import('./core/federation-targets.ts')).createSitePolicyTarget(),
  claim: async () => (await import('./core/claim-turns-target.ts')).createClaimTarget(),
  manifest: async () => (await import('./core/federation-targets.ts')).createManifestTarget(),
  vault: async () => (await import('./core/vault-target.ts')).createVaultTarget(),
  'client-message': async () =>
    (await import('./parts/client-message-target.ts')).createClientMessageTarget(),
  'client-session': async () =>
    (await import('./parts/client-session-target.ts')).createClientSessionTarget(),
  'http-head': async () => (await import('./parts/http-head-target.ts')).createHttpHeadTarget(),
  http: async () => (await import('./parts/http-target.ts')).createHttpTarget(),
  control: async () => (await import('./parts/control-target.ts')).createControlTarget(),
  config: async () => (await import('./parts/config-target.ts')).createConfigTarget(),
  file: async () => (await import('./parts/file-target.ts')).createFileTarget(),
  'link-framing': async () =>
    (await import('./parts/link-framing-target.ts')).createLinkFramingTarget(),
  'dbus-message': async () =>
    (await import('./parts/dbus-message-target.ts')).createDBusMessageTarget(),
  'dbus-connection': async () =>
    (await import('./parts/dbus-connection-target.ts')).createDBusConnectionTarget(),
  'bluez-answers': async () =>
    (await import('./parts/bluez-answers-target.ts')).createBluezAnswersTarget(),
  'claim-stream': async () =>
    (await import('./parts/claim-stream-target.ts')).createClaimStreamTarget(),
  'l2cap-session': async () =>
    (await import('./parts/l2cap-session-target.ts')).createL2capSessionTarget(),
  'radio-tag': async () => (await import('./parts/radio-tag-target.ts')).createRadioTagTarget(),
  sightings: async () => (await import('./parts/sightings-target.ts')).createSightingsTarget(),
  mdns: async () => (await import('./parts/mdns-target.ts')).createMdnsTarget(),
  words: async () => (await import('./parts/words-target.ts')).createWordsTarget(),
  tls: async () => (await import('./parts/tls-target.ts')).createTlsTarget(),
  'ble-stream': async () => (await import('./parts/ble-stream-target.ts')).createBleStreamTarget(),
  'mqtt-gate': async () => (await import('./parts/mqtt-gate-target.ts')).createMqttGateTarget(),
  'mqtt-broker': async () =>
    (await import('./parts/mqtt-broker-target.ts')).createMqttBrokerTarget(),
  'mqtt-store': async () => (await import('./parts/mqtt-store-target.ts')).createMqttStoreTarget(),
  'mqtt-topic': async () => (await import('./parts/mqtt-topic-target.ts')).createMqttTopicTarget(),
  'mqtt-draft': async () => (await import('./parts/mqtt-draft-target.ts')).createMqttDraftTarget(),
  'relay-session': async () =>
    (await import('./parts/relay-session-target.ts')).createRelaySessionTarget(),
  'relay-message': async () =>
    (await import('./parts/relay-message-target.ts')).createRelayMessageTarget(),
};

export async function loadTarget(name: string): Promise<FuzzTarget> {
  const load = Object.hasOwn(fuzzTargets, name) ? fuzzTargets[name] : undefined;
  if (!load) throw new Error(`there is no target "${name}"`);
  return await load();
}
