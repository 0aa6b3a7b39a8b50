/**
 * Keeps the sealed admin key in the site's database on the phone. One admin key for each site and
 * browser: a second one would need a second trail. What is written here is on disk when it returns.
 */
import { decodeAdminCertificate, equalBytes } from '@muster/core';
import type { Database } from '../../storage/database.ts';
import type { AdminKeyRecord } from './sealed-key.ts';

const name = 'admin';

export async function loadAdminKey(db: Database): Promise<AdminKeyRecord | undefined> {
  return db.read(['meta'], (tx) => tx.get<AdminKeyRecord>('meta', name));
}

export async function saveAdminKey(db: Database, record: AdminKeyRecord): Promise<void> {
  await db.write(['meta'], async (tx) => tx.put('meta', name, record), { strict: true });
}

/** The renewed certificate of the key that is kept; the locks stay as they are. */
export async function saveCertificate(db: Database, certificate: Uint8Array): Promise<void> {
  const adminKey = decodeAdminCertificate(certificate)?.adminKey;
  await db.write(
    ['meta'],
    async (tx) => {
      const record = await tx.get<AdminKeyRecord>('meta', name);
      if (!record || !adminKey || !equalBytes(adminKey, record.key)) return;
      tx.put('meta', name, { ...record, certificate });
    },
    { strict: true },
  );
}

/** The chain stays: should the same key come back, it must go on where it was. */
export async function forgetAdminKey(db: Database): Promise<void> {
  await db.write(['meta'], async (tx) => tx.delete('meta', name), { strict: true });
}
