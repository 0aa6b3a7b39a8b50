/**
 * Sends a claimant's octets to the node that serves this page, which hands them to whoever awaits
 * the code there. Other nodes than this one cannot be asked: a browser lets a page speak with the
 * address that it came from.
 */
import type { Posted } from './claim-driver.ts';

const faults: Readonly<Record<number, Extract<Posted, { ok: false }>['fault']>> = {
  404: 'nobody-waits',
  409: 'used',
  410: 'gave-up',
  429: 'busy',
};

/** `id` and `session` are 16 hex digits each. */
export async function postClaim(
  id: string,
  session: string,
  message: Uint8Array<ArrayBuffer>,
): Promise<Posted> {
  try {
    const answer = await fetch(`/api/v1/claim/${id}/${session}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: message,
      cache: 'no-store',
    });
    if (answer.status === 202) return { ok: true, message: new Uint8Array(0) };
    if (!answer.ok) return { ok: false, fault: faults[answer.status] ?? 'unreachable' };
    return { ok: true, message: new Uint8Array(await answer.arrayBuffer()) };
  } catch {
    return { ok: false, fault: 'unreachable' };
  }
}
