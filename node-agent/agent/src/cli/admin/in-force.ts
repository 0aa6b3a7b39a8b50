/** What holds at the site now, as the node at hand tells it and its signatures prove. */
import type { AdminSession } from '../../client/admin-session.ts';
import type { InForce } from './claims/settings.ts';

export async function inForceAt(admin: AdminSession): Promise<InForce> {
  const { trust } = admin;
  const policy = await admin.policy();
  const documents = [...trust.documents(), ...(policy.length > 0 ? [policy] : [])];
  return { epoch: trust.epoch, documents };
}
