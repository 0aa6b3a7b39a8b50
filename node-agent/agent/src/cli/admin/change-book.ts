/** Changes the site book while no other command does: read anew, on disk when it returns. */
import { SiteBook } from '@muster/provisioning';
import { dataFolderAt } from '../../data-folder/data-folder.ts';
import { withLock } from '../with-session.ts';
import type { OpenKeys } from './keys.ts';

export function changeBook<T>(
  { folder, clock }: Pick<OpenKeys, 'folder' | 'clock'>,
  change: (book: SiteBook) => T,
): Promise<T> {
  return withLock(dataFolderAt(folder), { part: 'admin', clock }, async () =>
    change(SiteBook.open(folder)),
  );
}
