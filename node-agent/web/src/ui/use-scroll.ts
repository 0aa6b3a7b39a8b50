/**
 * Keeps the scroll position of the timeline honest: at the newest row while the reader is there;
 * otherwise the first row in sight stays where it is, whatever comes or goes above and below.
 */
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** How near counts as being there. */
const nearPixels = 80;

export interface Scroll {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly atEnd: RefObject<boolean>;
  /** The reader is far enough from the newest row to be offered a way back. */
  readonly away: boolean;
  /** True when the oldest drawn rows are in sight or nearly so. */
  isNearTop(): boolean;
  onScroll(): void;
  jump(): void;
}

/** The first row in sight and how far it is from the edge. */
interface Anchor {
  readonly order: string;
  readonly offset: number;
}

function anchorOf(box: HTMLElement): Anchor | undefined {
  const edge = box.getBoundingClientRect().top;
  for (const row of box.querySelectorAll<HTMLElement>('.row')) {
    const { bottom, top } = row.getBoundingClientRect();
    if (bottom > edge) return { order: row.dataset.order ?? '', offset: top - edge };
  }
  return undefined;
}

function restore(box: HTMLElement, anchor: Anchor): void {
  const row = box.querySelector(`[data-order="${anchor.order}"]`);
  if (!row) return;
  const offset = row.getBoundingClientRect().top - box.getBoundingClientRect().top;
  box.scrollTop += offset - anchor.offset;
}

/** Higher up than it was put at `endTop`, and not because the list became shorter. */
function hasLeft({ scrollTop, scrollHeight, clientHeight }: HTMLElement, endTop: number): boolean {
  return scrollTop < endTop - nearPixels && scrollHeight - scrollTop - clientHeight >= nearPixels;
}

/** `rows` is what is drawn: the position is put right whenever it is another one. */
export function useScroll(rows: unknown): Scroll {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [away, setAway] = useState(false);
  const endTop = useRef(0);
  // Scrolling is told late: the list may be gone from the page by then.
  const toEnd = () => {
    if (!box.current) return;
    box.current.scrollTop = box.current.scrollHeight;
    endTop.current = box.current.scrollTop;
  };
  // A reader who has just begun to scroll back must not be pulled down before that is told. A
  // change of height is told late too.
  const isAway = (list: HTMLElement) => !atEnd.current || hasLeft(list, endTop.current);
  const follow = () => {
    if (box.current && !isAway(box.current)) toEnd();
  };
  // Looked at while the old rows are still there: what was told last may be of an earlier place.
  const anchor = box.current && isAway(box.current) ? anchorOf(box.current) : undefined;
  useLayoutEffect(() => {
    if (anchor) restore(box.current!, anchor);
    else follow();
  }, [rows]);
  useEffect(() => {
    // The keyboard of a phone, a turned screen or a growing composer change the height.
    const observer = new ResizeObserver(follow);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return {
    box,
    atEnd,
    away,
    isNearTop: () => box.current !== null && box.current.scrollTop <= 4 * nearPixels,
    onScroll() {
      if (!box.current) return;
      const { scrollHeight, scrollTop, clientHeight } = box.current;
      const left = scrollHeight - scrollTop - clientHeight;
      atEnd.current = left < nearPixels;
      if (atEnd.current) endTop.current = scrollTop;
      setAway(left > 2 * nearPixels);
    },
    jump() {
      atEnd.current = true;
      toEnd();
      setAway(false);
    },
  };
}
