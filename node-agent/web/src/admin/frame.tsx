/** What stands around every page of the admin area: the way back, the site, and the connection. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { a } from '../strings/admin.en.ts';
import { t } from '../strings/index.ts';
import { neutralName } from '../text/neutral.ts';
import { BackIcon, LockIcon } from '../ui/icons.tsx';
import { model } from '../ui/ui-state.ts';
import type { AdminState } from './session/admin-session.ts';

interface FrameProps {
  /** Of the unlocked session. */
  readonly state?: AdminState;
  readonly navigation?: ComponentChildren;
  readonly children: ComponentChildren;
  onLock?(): void;
}

const looks: Readonly<Record<AdminState['kind'], readonly [pill: string, text: string]>> = {
  open: ['connected', a.frame.open],
  opening: ['connecting', a.frame.opening],
  closed: ['offline', a.frame.offline],
  'not-admin': ['offline', a.frame.offline],
  offline: ['offline', a.frame.offline],
};

export function Frame({ state, navigation, children, onLock }: FrameProps) {
  useEffect(() => {
    document.title = `${a.frame.title} · ${t.appName}`;
    return () => {
      document.title = t.appName;
    };
  }, []);
  const [pill, text] = state ? looks[state.kind] : [];
  return (
    <div class="admin">
      <header class="page-head admin-head">
        <a class="icon-button" href="#/" aria-label={a.frame.back}>
          <BackIcon />
        </a>
        <div class="page-title">
          <p class="admin-title">{a.frame.title}</p>
          <p class="topic">
            <bdi>{neutralName(model.siteName.value)}</bdi>
          </p>
        </div>
        {pill && (
          <p class={`pill pill-${pill}`} role="status">
            <span class="pill-dot" aria-hidden="true" />
            <span>{text}</span>
          </p>
        )}
        {onLock && (
          <button type="button" class="icon-button" aria-label={a.frame.lock} onClick={onLock}>
            <LockIcon />
          </button>
        )}
      </header>
      <div class="admin-body">
        {navigation}
        <main class="admin-main">{children}</main>
      </div>
    </div>
  );
}
