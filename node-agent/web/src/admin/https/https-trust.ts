/** What a node says about https at its address (GET /api/v1/trust), read strictly. */
export interface HttpsTrust {
  /** Where the same page is with https; undefined while the node has no certificate. */
  readonly url: string | undefined;
  /** SHA-256 of the site's certificate as people compare it; may be empty. */
  readonly fingerprint: string;
}

/** Undefined for anything that is no such answer. Only an https address is ever led to. */
export function readHttpsTrust(json: unknown): HttpsTrust | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { https, fingerprint } = json as Record<string, unknown>;
  const isUrl = typeof https === 'string' && URL.canParse(https);
  return {
    url: isUrl && new URL(https).protocol === 'https:' ? https : undefined,
    fingerprint: typeof fingerprint === 'string' ? fingerprint : '',
  };
}
