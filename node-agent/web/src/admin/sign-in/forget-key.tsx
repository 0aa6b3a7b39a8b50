/** Deletes the admin key from this phone, asked once more, because nobody can bring it back. */
import { useState } from 'preact/hooks';
import type { Database } from '../../storage/database.ts';
import { a } from '../../strings/admin.en.ts';
import { forgetAdminKey } from '../keys/key-store.ts';

export function ForgetKey({ db, onForgotten }: { db: Database; onForgotten(): void }) {
  const [isAsked, setAsked] = useState(false);
  if (!isAsked) {
    return (
      <button type="button" class="danger-button" onClick={() => setAsked(true)}>
        {a.key.forget}
      </button>
    );
  }
  const forget = () => void forgetAdminKey(db).then(onForgotten);
  return (
    <fieldset class="admin-card" aria-label={a.key.forget}>
      <p>{a.key.forgetWhy}</p>
      <div class="row-buttons">
        <button type="button" class="quiet-button" onClick={() => setAsked(false)}>
          {a.key.cancel}
        </button>
        <button type="button" class="danger-button" onClick={forget}>
          {a.key.forgetConfirm}
        </button>
      </div>
    </fieldset>
  );
}
