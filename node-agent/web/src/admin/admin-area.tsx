/**
 * The admin area: a key on this phone, unlocked for as long as the area is open and somebody
 * touches it, and the views of the site. Leaving it, or fifteen quiet minutes, locks the key again.
 */
import type { KeyPair } from '@muster/core';
import { useEffect, useState } from 'preact/hooks';
import type { ClientParts } from '../app/client.ts';
import { browserClock } from '../platform/browser-clock.ts';
import { a } from '../strings/admin.en.ts';
import { siteParts } from '../ui/apart.tsx';
import { adminHash, replaceRoute } from '../ui/route.ts';
import { model } from '../ui/ui-state.ts';
import { OpenClaims } from './claim/open-claims.ts';
import { Frame } from './frame.tsx';
import { AutoLock } from './keys/auto-lock.ts';
import { loadAdminKey } from './keys/key-store.ts';
import type { AdminKeyRecord } from './keys/sealed-key.ts';
import { AdminSession } from './session/admin-session.ts';
import { BecomePage } from './sign-in/become-page.tsx';
import { LookOnly } from './sign-in/look-only.tsx';
import { UnlockPage } from './sign-in/unlock-page.tsx';
import { Views } from './views-frame.tsx';
import '../style/sheet.css';
import '../style/admin.css';

export interface Unlocked {
  readonly session: AdminSession;
  readonly claims: OpenClaims;
}

interface AreaProps {
  readonly path: string;
  readonly rest: string;
}

export function AdminArea(props: AreaProps) {
  const parts = siteParts.value;
  return parts ? <Area parts={parts} {...props} /> : null;
}

/** Touches of the page keep the key unlocked. */
function useAutoLock(unlocked: Unlocked | undefined, onLock: () => void): void {
  useEffect(() => {
    if (!unlocked) return;
    const lock = new AutoLock(browserClock, onLock);
    const touch = () => lock.touch();
    const events = ['pointerdown', 'keydown', 'visibilitychange'];
    for (const name of events) document.addEventListener(name, touch);
    lock.start();
    return () => {
      lock.stop();
      for (const name of events) document.removeEventListener(name, touch);
      unlocked.claims.stopAll();
      unlocked.session.stop();
    };
  }, [unlocked]);
}

function useProving(unlocked: Unlocked | undefined): void {
  useEffect(() => {
    const prove = () => document.visibilityState === 'visible' && unlocked?.session.prove();
    document.addEventListener('visibilitychange', prove);
    return () => document.removeEventListener('visibilitychange', prove);
  }, [unlocked]);
}

function unlockWith(parts: ClientParts, key: KeyPair, { certificate }: AdminKeyRecord): Unlocked {
  return begin(new AdminSession({ ...parts, issuer: { key, certificate } }));
}

function begin(session: AdminSession): Unlocked {
  void session.start();
  return { session, claims: new OpenClaims(session, () => model.siteName.value) };
}

function Area({ parts, path, rest }: AreaProps & { readonly parts: ClientParts }) {
  const [record, setRecord] = useState<AdminKeyRecord | 'none' | 'failed'>();
  const [unlocked, setUnlocked] = useState<Unlocked>();
  const load = () => {
    setUnlocked(undefined);
    loadAdminKey(parts.db).then(
      (found) => setRecord(found ?? 'none'),
      () => setRecord('failed'),
    );
  };
  useEffect(load, [parts]);
  useAutoLock(unlocked, load);
  useProving(unlocked);

  if (record === undefined || record === 'failed') {
    return (
      <Frame>
        <p class="admin-page admin-narrow" role="status">
          {record ? a.frame.storage : a.frame.loading}
        </p>
      </Frame>
    );
  }
  const certified = record !== 'none' && record.certificate.length > 0 ? record : undefined;
  if (unlocked && (certified || unlocked.session.isViewOnly)) {
    const key = certified && { record: certified, onRecord: setRecord };
    return <Views unlocked={unlocked} path={path} rest={rest} ownKey={key} onLock={load} />;
  }
  if (!certified) {
    const onAdmin = (made: AdminKeyRecord, key: KeyPair) => {
      setRecord(made);
      setUnlocked(unlockWith(parts, key, made));
      replaceRoute(adminHash());
    };
    const made = record === 'none' ? undefined : record;
    const given = path === 'join' ? rest : '';
    return (
      <Frame>
        <BecomePage key={given} parts={parts} given={given} made={made} onAdmin={onAdmin} />
        <LookOnly parts={parts} onSession={(session) => setUnlocked(begin(session))} />
      </Frame>
    );
  }
  return (
    <Frame>
      <UnlockPage
        parts={parts}
        record={certified}
        onUnlocked={(key) => setUnlocked(unlockWith(parts, key, certified))}
        onForgotten={load}
      />
    </Frame>
  );
}
