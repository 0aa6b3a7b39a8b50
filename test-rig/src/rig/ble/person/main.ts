/**
 * Somebody who reads at a box that is in a network of its own. Bundled, and started by
 * distant-reader.ts only: `person/main.ts URL STAFF-SEED STAFF-TICKET`; one line of JSON for each
 * text that comes.
 */
import { say } from '../../trust/worker.ts';
import { Person } from './person.ts';

/** A text of `general`, and when it was shown (unix milliseconds). */
export interface ReadLine {
  readonly text: string;
  readonly atMs: number;
}

const [url = '', seed = '', ticket = ''] = process.argv.slice(2);
const onText = (text: string): void => say({ text, atMs: Date.now() } satisfies ReadLine);
void Person.at({ url, staff: { seed, ticket }, onText });
