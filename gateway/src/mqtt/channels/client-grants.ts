/**
 * What an MQTT client may read and write when it is simply added to channels: the filters for its
 * entry in the book of clients. Deny by default holds for everything that is not listed here.
 */
import { channelLevel, channelTopic, errorsTopic } from './topics.ts';

export interface ClientWish {
  /** The site's label in topics. */
  readonly site: string;
  /** The client's name. */
  readonly client: string;
  /** Channels by name, `news@harbour` for another site's; none: every channel that appears. */
  readonly channels: readonly string[];
  readonly readOnly: boolean;
  /** Whether it may use the urgent lane. */
  readonly urgent: boolean;
}

export interface TopicGrants {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

export function clientGrants(wish: ClientWish): TopicGrants {
  const { site, client, channels, readOnly, urgent } = wish;
  const levels = channels.length === 0 ? ['+'] : channels.map(channelLevel);
  const topics = (end: 'messages' | 'urgent') => levels.map((one) => channelTopic(site, one, end));
  return {
    read: [...topics('messages'), `muster/${site}/nodes/+/+`, errorsTopic(site, client)],
    write: readOnly ? [] : [...topics('messages'), ...(urgent ? topics('urgent') : [])],
  };
}
