/**
 * Follows how the claim of this box stands, by server-sent events, for as long as the page is open.
 * When the events end the box may have become a node: `onClaimed` says so once it answers as one.
 */
import { askNode } from '../app/boot.ts';
import { browserClock } from '../platform/browser-clock.ts';
import { type BoxStatus, readBoxStatus } from './claim-status.ts';

const lookAgainMs = 1_500;

/** Returns what ends it. */
export function watchBox(onStatus: (status: BoxStatus) => void, onClaimed: () => void): () => void {
  let isOver = false;
  let events: EventSource | undefined;
  const open = () => {
    if (isOver) return;
    events = new EventSource('/api/v1/claim/events');
    events.onmessage = ({ data }) => {
      const status = readBoxStatus(String(data));
      if (status) onStatus(status);
    };
    // The browser would try again by itself, for ever, at a box that is none any more.
    events.onerror = () => {
      events?.close();
      browserClock.after(lookAgainMs, () => void look());
    };
  };
  const look = async () => {
    const here = await askNode();
    if (isOver) return;
    if (here && here !== 'unclaimed') onClaimed();
    else open();
  };
  open();
  return () => {
    isOver = true;
    events?.close();
  };
}
