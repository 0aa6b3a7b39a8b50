/**
 * What only the user interface knows: which sheet is open, the client once it has started, the
 * theme, and unsent drafts. Nothing here outlasts the page.
 */
import { signal } from '@preact/signals';
import type { Client } from '../app/client.ts';
import { chooseTheme, chosenTheme, type Theme } from '../app/known-site.ts';
import { newViewModel } from '../app/view-model.ts';
import { capabilities } from '../platform/capabilities.ts';

export type Sheet =
  | {
      readonly kind:
        | 'connection'
        | 'here'
        | 'nearby'
        | 'safety'
        | 'settings'
        | 'forget'
        | 'frozen'
        | 'create'
        | 'gate'
        | 'waiting-room'
        | 'guest-pass'
        | 'my-key';
    }
  | { readonly kind: 'join'; readonly code: string }
  | { readonly kind: 'share' | 'channel'; readonly tagHex: string }
  | { readonly kind: 'message'; readonly orderHex: string };

export const model = newViewModel();
export const client = signal<Client | undefined>(undefined);
export const offers = capabilities();
export const sheet = signal<Sheet | undefined>(undefined);
export const theme = signal<Theme>(chosenTheme());

export function openSheet(next: Sheet): void {
  sheet.value = next;
}

export function closeSheet(): void {
  sheet.value = undefined;
}

export function setTheme(next: Theme): void {
  theme.value = next;
  chooseTheme(next);
  applyTheme();
}

export function applyTheme(): void {
  document.documentElement.dataset.theme = theme.value;
}

/** Text that was typed and not sent, by channel; a handful of entries, each at most a message. */
export const drafts = new Map<string, string>();
