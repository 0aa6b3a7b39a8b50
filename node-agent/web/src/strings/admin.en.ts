/**
 * The words of the admin area's frame, of admin keys, of claims, and of a box that waits to be
 * claimed, in English; in a file of its own because phones of guests never load it. Phrases are
 * calm, short, and say what to do.
 */
export const a = {
  faults: {
    offline: {
      message: 'This phone has no connection to a node right now.',
      mend: 'Come closer to a node of the site and try again.',
    },
    timeout: {
      message: 'The node did not answer in time.',
      mend: 'Look into the trail whether it was done, then try again.',
    },
    unanswered: {
      message: 'The node has it, and did not say what became of it.',
      mend: 'Look at the node’s page in a minute.',
    },
    busy: { message: 'Too much is on its way at once.', mend: 'Wait a moment, then try again.' },
    storage: {
      message: 'This phone could not keep what was to be sent, so nothing was sent.',
      mend: 'Make room on the phone, then try again.',
    },
    'power-missing': {
      message: 'The site’s root did not give this admin the power for that.',
      mend: 'Ask an admin who has it.',
    },
    'epoch-beyond': {
      message: 'That epoch is beyond the one in which this admin’s certificate ends.',
      mend: 'Let the root renew the certificate first, or choose a lower epoch.',
    },
    'list-full': {
      message: 'This admin’s list of revoked keys is full.',
      mend: 'Let another admin revoke it.',
    },
  },
} as const;
