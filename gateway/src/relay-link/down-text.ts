/**
 * Why a relay is not up, in words for the admin of the site: what is the matter, and what to do
 * about it where anything can be done. Step 6 of a message's way.
 */
const texts: Readonly<Record<string, string>> = {
  'not-admitted': 'The relay does not know this site. Ask its operator to admit the site card.',
  certificate: 'The relay refused the certificate of this gateway. See whether it has expired.',
  version: 'The relay speaks another version. Update the older of the two.',
  busy: 'The relay is full. It will be tried again.',
  malformed: 'The relay sent something that cannot be read. See whether the address is right.',
  misbehaving: 'The relay and this gateway do not agree on the protocol. Update both.',
  'greeting-timeout': 'Something answers at the address, but not as a relay does.',
  replaced: 'Another connection of this gateway took its place.',
  unanswered: 'The relay takes messages and does not answer. It will be tried again.',
  stopping: 'The relay is being stopped. It will be tried again.',
  'wrong-relay': 'Another relay answers at the address than the one that was pinned.',
  stopped: 'This uplink was stopped.',
  'not-reading': 'The relay does not read what it is sent. It will be tried again.',
};

/** A sentence; an unknown reason is named as it is. */
export function downText(reason: string): string {
  return texts[reason] ?? `The connection to the relay ended (${reason}). It will be tried again.`;
}
