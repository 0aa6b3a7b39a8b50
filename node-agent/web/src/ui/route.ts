/**
 * What the address says: a channel on view, a code to join, the admin area, or the list. It is all
 * behind the `#`, which the browser never sends to any node, so a private channel's key and an
 * admin's code stay with the reader.
 */
import { signal } from '@preact/signals';

export type Route =
  | { readonly kind: 'list' }
  | { readonly kind: 'channel'; readonly tagHex: string }
  | { readonly kind: 'join'; readonly code: string }
  /** A guest pass that somebody scanned with the phone's own camera. */
  | { readonly kind: 'pass'; readonly text: string }
  /** `rest` is what follows `#/admin/<path>/`; a claim code for `join` and `claim`. */
  | { readonly kind: 'admin'; readonly path: string; readonly rest: string };

/** Codes that somebody scanned with the phone's own camera: `http://…/#MUSTER-ADMIN:1:…`. */
const claimPaths = { ADMIN: 'join', BOX: 'claim' } as const;

export function readRoute(hash: string): Route {
  const channel = /^#\/c\/([0-9a-f]{32})$/.exec(hash);
  if (channel) return { kind: 'channel', tagHex: channel[1]! };
  const join = /^#join=([A-Za-z0-9_-]{1,400})$/.exec(hash);
  if (join) return { kind: 'join', code: join[1]! };
  const pass = passIn(hash);
  if (pass) return { kind: 'pass', text: pass };
  const admin = /^#\/admin(?:\/([a-z]{1,20})(?:\/(.{0,600}))?)?$/.exec(hash);
  if (admin) return { kind: 'admin', path: admin[1] ?? '', rest: admin[2] ?? '' };
  const claim = /^#(MUSTER-(ADMIN|BOX):.{1,600})$/i.exec(hash);
  const path = claim && claimPaths[claim[2]!.toUpperCase() as keyof typeof claimPaths];
  if (claim && path) return { kind: 'admin', path, rest: claim[1]! };
  return { kind: 'list' };
}

/** The code in whatever was pasted or scanned: a whole link, its end, or the bare code. */
export function codeIn(text: string): string | undefined {
  const trimmed = text.trim();
  const inLink = /#join=([A-Za-z0-9_-]{1,400})$/.exec(trimmed);
  return inLink?.[1] ?? /^[A-Za-z0-9_-]{40,400}$/.exec(trimmed)?.[0];
}

/** The guest pass in whatever was pasted, scanned or opened: a whole link, or the bare text. */
export function passIn(text: string): string | undefined {
  return /(?:^|\/)(MUSTER-PASS:1:[A-Z2-7]{1,950})$/i.exec(text.trim())?.[1]?.toUpperCase();
}

export const passLink = (text: string): string => `${location.origin}/#/pass/${text}`;
export const channelHash = (tagHex: string): string => `#/c/${tagHex}`;
export const adminHash = (path = '', rest = ''): string =>
  `#/admin${path && `/${path}`}${rest && `/${rest}`}`;
export const joinLink = (code: string): string => `${location.origin}/#join=${code}`;

export const route = signal<Route>({ kind: 'list' });

export function watchRoute(): void {
  const read = () => {
    route.value = readRoute(location.hash);
  };
  addEventListener('hashchange', read);
  read();
}

export function goToChannel(tagHex: string): void {
  location.hash = channelHash(tagHex);
}

/** Takes the place of the entry in the history, so that "back" does not return to it. */
export function replaceRoute(hash: string): void {
  history.replaceState(null, '', hash === '' ? location.pathname : hash);
  route.value = readRoute(hash);
}
