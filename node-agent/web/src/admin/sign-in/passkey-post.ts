/** Asks the node something about passkeys (docs/protocol/api.md). Undefined when it says no. */
export async function postPasskey<T>(path: string, body: object): Promise<T | undefined> {
  try {
    const answer = await fetch(`/api/v1/passkey/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.ok ? ((await answer.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
