/**
 * The parts of the page that guests never see, each in a chunk of its own that is fetched when it
 * is opened: the admin area, and the page of a box that waits to be claimed.
 */
import { type Signal, signal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ClientParts } from '../app/client.ts';
import { t } from '../strings/index.ts';
import { Mark } from './icons.tsx';

/** What the client of this page stands on, once it has started. */
export const siteParts = signal<ClientParts | undefined>(undefined);

interface AdminProps {
  readonly path: string;
  readonly rest: string;
}

type Loaded<P> = Signal<FunctionComponent<P> | 'failed' | undefined>;

const adminArea: Loaded<AdminProps> = signal(undefined);
const unclaimedPage: Loaded<object> = signal(undefined);

export function AdminApart(props: AdminProps) {
  const Area = adminArea.value;
  if (typeof Area === 'function') return <Area {...props} />;
  const load = () => import('../admin/admin-area.tsx').then((module) => module.AdminArea);
  return <Fetching into={adminArea} load={load} />;
}

export function UnclaimedApart() {
  const Page = unclaimedPage.value;
  if (typeof Page === 'function') return <Page />;
  const load = () =>
    import('../unclaimed/unclaimed-page.tsx').then((module) => module.UnclaimedPage);
  return <Fetching into={unclaimedPage} load={load} />;
}

interface FetchingProps<P> {
  readonly into: Loaded<P>;
  load(): Promise<FunctionComponent<P>>;
}

function Fetching<P>({ into, load }: FetchingProps<P>) {
  const fetchIt = () => {
    into.value = undefined;
    load().then(
      (component) => {
        into.value = component;
      },
      () => {
        into.value = 'failed';
      },
    );
  };
  useEffect(fetchIt, []);
  return (
    <main class="start">
      <Mark />
      {into.value === 'failed' ? (
        <div class="start-card">
          <p>{t.start.failedCrypto}</p>
          <button type="button" class="main-button" onClick={fetchIt}>
            {t.start.again}
          </button>
        </div>
      ) : (
        <p class="start-status" role="status">
          {t.start.looking}
        </p>
      )}
    </main>
  );
}
