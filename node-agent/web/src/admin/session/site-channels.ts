/** Names of the channels that the site has for everybody, as the node lists them. */
import { text } from '../../connection/json-members.ts';
import { objects } from './site-view.ts';

/** None when the node does not answer. */
export async function siteChannels(): Promise<readonly string[]> {
  try {
    const answer = await fetch('/api/v1/channels', { cache: 'no-store' });
    const { channels } = (await answer.json()) as { readonly channels?: unknown };
    return objects(channels)
      .filter(({ kind }) => kind === 'site')
      .map(({ name }) => text(name));
  } catch {
    return [];
  }
}
