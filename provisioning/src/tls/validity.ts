/** When every certificate of a site begins and ends; see certificate.ts for why. */
export const validity = {
  notBefore: new Date('2000-01-01T00:00:00Z'),
  notAfter: new Date('2099-12-31T00:00:00Z'),
} as const;
