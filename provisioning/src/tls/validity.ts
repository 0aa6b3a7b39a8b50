/**
 * When certificates of a site begin and end. Clocks on site may be wrong by decades, so the
 * authority and what devices are shown last from 2000 to 2099. Browsers of Apple refuse a server
 * certificate that lasts more than 825 days, whoever issued it (support.apple.com/en-us/103769), so
 * a browser is shown a second one, of the same key, which is renewed at half its time.
 */
const dayMs = 86_400_000;

export const validity = {
  notBefore: new Date('2000-01-01T00:00:00Z'),
  notAfter: new Date('2099-12-31T00:00:00Z'),
} as const;

export const webLifetimeMs = 820 * dayMs;
/** Clocks of phones are not all exact either. */
const headStartMs = 30 * dayMs;

/** Undefined where the clock shows a year that cannot be: there only the long one is issued. */
export function webValidity(
  unixMs: number,
): { readonly notBefore: Date; readonly notAfter: Date } | undefined {
  if (!isPlausible(unixMs)) return undefined;
  const begins = Math.floor((unixMs - headStartMs) / 1000) * 1000;
  return { notBefore: new Date(begins), notAfter: new Date(begins + webLifetimeMs) };
}

/** Whether one for browsers that ends then (0: none) is to be renewed now. */
export function isWebDue(endsUnixMs: number, unixMs: number): boolean {
  return isPlausible(unixMs) && unixMs > endsUnixMs - webLifetimeMs / 2;
}

/** Whether the long one is in its last year. */
export function isLongDue(unixMs: number): boolean {
  return unixMs > validity.notAfter.getTime() - 365 * dayMs;
}

/** From the year in which this was written on: whoever shows less has no clock. */
function isPlausible(unixMs: number): boolean {
  return unixMs >= Date.UTC(2026, 0) && unixMs < Date.UTC(2097, 0);
}
