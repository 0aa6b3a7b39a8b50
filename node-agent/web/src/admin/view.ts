/**
 * A view of the admin area, as the shell lists and shows it. Each is a page at `#/admin/<path>`;
 * what follows the path in the address is the view's own.
 */
import type { FunctionComponent } from 'preact';
import type { AdminSession } from './session/admin-session.ts';

export interface AdminViewProps {
  readonly session: AdminSession;
  /** What follows the view's path in the address, without its slash: '' or such as a key in hex. */
  readonly rest: string;
}

export interface AdminView {
  /** Lower-case letters; '' is what opens first. */
  readonly path: string;
  /** In the navigation and as the page's title. */
  readonly title: string;
  readonly icon: FunctionComponent;
  readonly View: FunctionComponent<AdminViewProps>;
  /** Of Power: left out of the navigation for admins without it. */
  readonly power?: number;
  /** A number beside the title, such as of problems; 0 shows none. */
  count?(session: AdminSession): number;
}
