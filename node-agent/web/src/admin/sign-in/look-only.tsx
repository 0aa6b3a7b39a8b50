/** For an admin without the key in this browser: a passkey lets look at the site, no more. */
import { useState } from 'preact/hooks';
import type { ClientParts } from '../../app/client.ts';
import { a } from '../../strings/admin.en.ts';
import { hindranceHere } from '../keys/passkey.ts';
import type { AdminSession } from '../session/admin-session.ts';
import { lookByPasskey } from './passkey-look.ts';

interface LookProps {
  readonly parts: ClientParts;
  onSession(session: AdminSession): void;
}

export function LookOnly({ parts, onSession }: LookProps) {
  const [note, setNote] = useState('');
  if (hindranceHere()) return null;
  const look = async () => {
    setNote('');
    const session = await lookByPasskey(parts);
    if (session) onSession(session);
    else setNote(a.become.lookFailed);
  };
  return (
    <div class="admin-page admin-narrow">
      <button type="button" class="quiet-button" onClick={() => void look()}>
        {a.become.look}
      </button>
      <p class="fault" role="alert">
        {note}
      </p>
    </div>
  );
}
