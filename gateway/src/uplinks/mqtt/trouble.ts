/**
 * Why an upstream broker does not work, in words for the admin, and what to do (step 6). One table
 * for the status of the uplink and for `muster uplink test`.
 */
export interface Trouble {
  readonly problem: string;
  readonly mend: string;
}

const byCode: Readonly<Record<string, Trouble>> = {
  ENOTFOUND: {
    problem: 'The name of the broker is not known',
    mend: 'Check how it is written, and whether this gateway has internet and a name server.',
  },
  EAI_AGAIN: {
    problem: 'No name server answers',
    mend: 'Check the internet connection of this gateway.',
  },
  ECONNREFUSED: {
    problem: 'Nothing listens at that port',
    mend: 'Check it (a broker: 1883, TLS 8883; a relay: 7320), and whether the other side runs.',
  },
  ENETUNREACH: {
    problem: 'There is no way to the broker',
    mend: 'Check the internet connection of this gateway.',
  },
  EHOSTUNREACH: {
    problem: 'There is no way to the broker',
    mend: 'Check the internet connection of this gateway.',
  },
  ETIMEDOUT: {
    problem: 'The broker does not answer',
    mend: 'Check the address, and whether a firewall lets this gateway out to that port.',
  },
  ECONNRESET: {
    problem: 'The broker ended the connection',
    mend: 'Check whether the port expects TLS (mqtts or wss), and what the log of the broker says.',
  },
  CERT_HAS_EXPIRED: {
    problem: 'The certificate of the broker has expired',
    mend: 'Renew it there; if it is valid, set the clock of this gateway.',
  },
  CERT_NOT_YET_VALID: {
    problem: 'The certificate of the broker is not valid yet',
    mend: 'The clock of this gateway seems to be behind: set it.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    problem: 'The certificate of the broker is for another name',
    mend: 'Use the name that stands in the certificate.',
  },
  'connack-1': { problem: 'The broker does not speak MQTT 3.1.1', mend: 'Use another broker.' },
  'connack-2': {
    problem: 'The broker does not take the client id of this gateway',
    mend: 'Allow client ids there that begin with muster-.',
  },
  'connack-3': { problem: 'The broker is unavailable now', mend: 'It will be tried again.' },
  'connack-4': {
    problem: 'The broker refuses user name or password',
    mend: 'Remove the uplink and add it with the right ones.',
  },
  'connack-5': {
    problem: 'The broker does not admit this gateway',
    mend: 'Give user name and password, or allow them there.',
  },
  unanswered: {
    problem: 'The broker accepts connections but does not answer',
    mend: 'Check that an MQTT broker is behind this address and port.',
  },
  'not-mqtt': {
    problem: 'What answers there is not MQTT, or breaks its rules',
    mend: 'Check address and port; wss and ws often need a path, such as /mqtt.',
  },
  'subscribe-refused': {
    problem: 'The broker refuses to let this gateway read its channels',
    mend: 'Allow its user to subscribe below the prefix; without it nothing comes in.',
  },
};

const untrusted = {
  problem: 'The certificate of the broker is not trusted',
  mend: 'Add the uplink with --ca and the certificate authority of the broker.',
};

/** `code` is one of Node's error codes or one of the words above. */
export function troubleOf(code: string): Trouble {
  const known = byCode[code];
  if (known) return known;
  if (/CERT|SIGNATURE|ISSUER/.test(code)) return untrusted;
  return { problem: `The connection to the broker ended (${code})`, mend: 'It is tried again.' };
}

/** The code of whatever a stream ended with. */
export function codeOf(error: unknown): string {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: unknown[] };
  if (typeof code === 'string' && code !== '') return code;
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  return 'closed';
}
