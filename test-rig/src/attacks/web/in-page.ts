/**
 * What runs inside a page under attack lies as plain JavaScript in the folder in-page, one function
 * a file: it knows the browser and nothing of what stands around it here.
 */
import { readFileSync } from 'node:fs';

type InPage = 'arm' | 'tripped' | 'rows' | 'are-there' | 'page' | 'hostile' | 'rebound';

/** A script that calls this function with what can be said in JSON. */
export function callInPage(name: InPage, given: unknown): string {
  const source = readFileSync(new URL(`./in-page/${name}.js`, import.meta.url), 'utf8');
  return `(${source.trim().replace(/;$/, '')})(${JSON.stringify(given) ?? ''})`;
}
