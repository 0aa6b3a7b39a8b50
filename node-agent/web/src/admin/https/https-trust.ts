/** What a node says about https at its address (GET /api/v1/trust), read strictly. */
import { isJson, text } from '../../connection/json-members.ts';

export interface HttpsTrust {
  /** Where the same page is with https; undefined while the node has no certificate. */
  readonly url: string | undefined;
  /** SHA-256 of the site's authority as people compare it; empty where none is known here. */
  readonly fingerprint: string;
  readonly instructions: readonly Instructions[];
}

/** How one system comes to trust the authority. */
export interface Instructions {
  readonly title: string;
  readonly steps: readonly string[];
  /** What else to know; may be empty. */
  readonly note: string;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Undefined for anything that is no such answer. Only an https address is ever led to. */
export function readHttpsTrust(json: unknown): HttpsTrust | undefined {
  if (!isJson(json)) return undefined;
  const { https, fingerprint, instructions } = json;
  const isUrl = typeof https === 'string' && URL.canParse(https);
  return {
    url: isUrl && new URL(https).protocol === 'https:' ? https : undefined,
    fingerprint: text(fingerprint),
    instructions: list(instructions)
      .filter(isJson)
      .map(({ title, steps, note }) => {
        const lines = list(steps).map(text).filter(Boolean);
        return { title: text(title), steps: lines, note: text(note) };
      }),
  };
}
