/** Who is near by radio, as a route: what the page shows and what programs ask once. */
import type { NearbyView } from '../bluetooth/nearby-view.ts';
import { jsonBody } from './answer.ts';
import { count, listOf, object, type Route, type Schema, text } from './routes.ts';

const level: Schema = { type: 'string', enum: ['near', 'around', 'gone'] };
const seenMsAgo = count('Since it was heard last.');

const nearbySchema = object({
  bluetooth: object({
    state: text('ready, off by configuration, or why there is none.'),
    text: text('What is so, for people.'),
    mend: text('What they can do about it; may be empty.'),
  }),
  nodes: listOf(
    object(
      {
        key: text('Its node key; absent while this node knows none of that tag.'),
        name: text('Its name by its certificate; may be empty.'),
        level,
        seenMsAgo,
        link: { type: 'string', enum: ['lan', 'radio', 'metered'] },
      },
      ['key', 'link'],
    ),
  ),
  carriers: listOf(object({ level, seenMsAgo })),
});

export function nearbyRoute(view: () => NearbyView): Route {
  return {
    path: '/api/v1/nearby',
    type: 'application/json',
    summary: 'Who is near by radio, and how Bluetooth is.',
    schema: nearbySchema,
    answer: () => jsonBody(view()),
  };
}
