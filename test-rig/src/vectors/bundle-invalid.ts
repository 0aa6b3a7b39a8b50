/**
 * bundle-invalid.json: bundles that must not be taken, each with the reason that the receive order
 * gives and a sentence why. Wherever the fault allows it, everything else about the bundle is
 * right.
 */
import { forgedBundles } from './bundle-forged.ts';
import { malformedBundles } from './bundle-malformed.ts';
import { bundlesWithoutRight } from './bundle-rights.ts';
import { castVector, tickets } from './cast.ts';
import type { Vector } from './json.ts';

export function bundleInvalidVectors(): Vector {
  return {
    about:
      'Bundles to refuse. A receiver that knows the site as in `trust`, and has taken what ' +
      'stands in `before` (if anything), gives `reason`. With `tail`, that byte follows ' +
      '`signed` that many times. `ageMs` and `hops` are 0 and `ticket` is the one above unless ' +
      'given. All bytes are hex.',
    ...castVector,
    ticket: tickets.guest,
    bundles: [...malformedBundles(), ...bundlesWithoutRight(), ...forgedBundles()],
  };
}
