/**
 * Somebody who reads at a box that is in a network of its own. Bundled, and started by
 * distant-reader.ts only: `person/main.ts URL STAFF-SEED STAFF-TICKET`; one line of JSON for each
 * message that comes.
 */
import { say } from '../../trust/worker.ts';
import { Person } from './person.ts';

const [url = '', seed = '', ticket = ''] = process.argv.slice(2);
/** Said once, before or after the first message. */
export interface Opened {
  readonly opened: true;
}

void Person.at({ url, staff: { seed, ticket }, onShown: say }).then(() =>
  say({ opened: true } satisfies Opened),
);
