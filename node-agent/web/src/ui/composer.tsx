/**
 * Where a message is written. Enter sends where there is a keyboard; on touch the button does. What
 * was typed stays until it is safely in the outbox, and across channels.
 */
import { toHex } from '@muster/core';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { WriteFault } from '../app/writer.ts';
import type { ChannelRecord } from '../storage/records.ts';
import { t } from '../strings/index.ts';
import { neutralName, neutralText } from '../text/neutral.ts';
import { SendIcon } from './icons.tsx';
import { client, drafts, model } from './ui-state.ts';

/** Bytes left from which on they are shown. */
const showLeftAt = 200;

const faults: Readonly<Record<WriteFault, string>> = {
  'too-long': t.compose.tooLong,
  'outbox-full': t.compose.full,
  storage: t.compose.storage,
};

/** Grows with the text up to a few lines; the stylesheet bounds it. */
function fit(area: HTMLTextAreaElement): void {
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight + 2}px`;
}

export function Composer({ channel }: { channel: ChannelRecord }) {
  const tagHex = toHex(channel.tag);
  const [text, setText] = useState(drafts.get(tagHex) ?? '');
  const [fault, setFault] = useState<WriteFault>();
  const area = useRef<HTMLTextAreaElement>(null);
  const writer = client.value?.writer;
  const left = writer?.bytesLeft(tagHex, text) ?? 0;
  const frozen = model.self.value?.frozen === true;
  const ready = text.trim() !== '' && left >= 0 && !frozen;
  useLayoutEffect(() => fit(area.current!), [text]);

  const type = (next: string) => {
    setText(next);
    setFault(undefined);
    drafts.set(tagHex, next);
  };
  const send = async () => {
    if (!ready || !writer) return;
    const said = neutralText(text);
    if (said === '') return type('');
    type('');
    const written = await writer.write(tagHex, said);
    if (written.ok) return;
    type(text);
    setFault(written.reason);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const touch = matchMedia('(pointer: coarse)').matches;
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || touch) return;
    event.preventDefault();
    void send();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p class="composer-note" role="status">
        {frozen ? t.compose.frozen : fault ? faults[fault] : leftText(left)}
      </p>
      <div class="composer-line">
        <textarea
          ref={area}
          rows={1}
          value={text}
          dir="auto"
          aria-label={t.compose.label(neutralName(channel.name))}
          placeholder={t.compose.placeholder}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button type="submit" class="send" aria-label={t.compose.send} aria-disabled={!ready}>
          <SendIcon />
        </button>
      </div>
    </form>
  );
}

function leftText(left: number): string {
  if (left >= showLeftAt) return '';
  return left >= 0 ? t.compose.left(left) : t.compose.over(-left);
}
