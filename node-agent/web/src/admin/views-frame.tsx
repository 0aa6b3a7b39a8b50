/** The unlocked admin area: navigation between the views that this admin's powers give, and one. */
import { Power } from '@muster/core';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { a } from '../strings/admin.en.ts';
import { LockIcon, PlusIcon } from '../ui/icons.tsx';
import { adminHash } from '../ui/route.ts';
import type { Unlocked } from './admin-area.tsx';
import { ClaimView } from './claim/claim-view.tsx';
import { Frame } from './frame.tsx';
import type { AdminKeyRecord } from './keys/sealed-key.ts';
import type { AdminSession } from './session/admin-session.ts';
import { KeyView } from './sign-in/key-view.tsx';
import type { AdminView } from './view.ts';
import { adminViews } from './views.tsx';

/** Of the navigation. */
type Entry = Omit<AdminView, 'View'>;

interface ViewsProps {
  readonly unlocked: Unlocked;
  readonly path: string;
  readonly rest: string;
  /** Undefined for whoever only looks. */
  readonly ownKey: OwnKey | undefined;
  onLock(): void;
}

interface OwnKey {
  readonly record: AdminKeyRecord;
  onRecord(record: AdminKeyRecord): void;
}

export function Views({ unlocked, path, rest, ownKey, onLock }: ViewsProps) {
  const { session, claims } = unlocked;
  const own: readonly Entry[] = [
    {
      ...{ path: 'claim', title: a.claim.title, icon: PlusIcon, power: Power.nodes },
      count: () => claims.all.value.length,
    },
    ...(ownKey ? [{ path: 'key', title: a.key.title, icon: LockIcon }] : []),
  ];
  const views: Entry[] = [...adminViews, ...own].filter(
    ({ power }) => !power || session.may(power),
  );
  const open = views.find((view) => view.path === path) ?? views[0]!;
  const View = adminViews.find((view) => view === open)?.View;
  const given = open.path === path ? rest : '';
  const state = session.state.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  // In an effect after the paint a key could come first, and focus would be taken from its place.
  useLayoutEffect(() => {
    // A new page begins at its title, for those who hear it; the first one must not take focus.
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [open.path]);
  return (
    <Frame
      state={state}
      onLock={onLock}
      navigation={<Navigation session={session} views={views} open={open.path} />}
    >
      <div class="admin-page">
        <h1 ref={heading} tabIndex={-1}>
          {open.title}
        </h1>
        <Standing session={session} />
        {open.path === 'claim' && <ClaimView session={session} claims={claims} rest={given} />}
        {open.path === 'key' && ownKey && (
          <KeyView session={session} {...ownKey} onLock={onLock} onForgotten={onLock} />
        )}
        {View && <View key={open.path} session={session} rest={given} />}
      </div>
    </Frame>
  );
}

interface NavigationProps {
  readonly session: AdminSession;
  readonly views: readonly Entry[];
  readonly open: string;
}

function Navigation({ session, views, open }: NavigationProps) {
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    const here = nav.current?.querySelector('[aria-current]');
    here?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [open]);
  return (
    <nav ref={nav} class="admin-nav" aria-label={a.frame.nav}>
      <ul>
        {views.map((view) => {
          const count = view.count?.(session) ?? 0;
          return (
            <li key={view.path}>
              <a
                href={adminHash(view.path)}
                {...(view.path === open && { 'aria-current': 'page' as const })}
              >
                <view.icon />
                {view.title}
                {count > 0 && <span class="admin-count">{count}</span>}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** What this session may not, or not any more. */
function Standing({ session }: { session: AdminSession }) {
  const isOut = session.state.value.kind === 'not-admin';
  if (!isOut && !session.isViewOnly) return null;
  const out = session.isViewOnly ? a.frame.viewOver : `${a.frame.notAdmin} ${a.frame.notAdminMend}`;
  return (
    <p class="callout callout-warn" role={isOut ? 'alert' : 'status'}>
      {isOut ? out : a.frame.viewOnly}
    </p>
  );
}
