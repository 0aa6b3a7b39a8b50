/**
 * Where a message is written. Enter sends where there is a keyboard; on touch the button does. What
 * was typed stays until it is safely in the outbox, and across channels. In a channel that crosses
 * a single message can be kept on this site.
 */
import { Scope, toHex } from '@muster/core';
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

interface ComposerProps {
  readonly channel: ChannelRecord;
  /** Names of the other sites to which what is written goes; none for a channel that stays. */
  readonly goesTo: readonly string[];
}

export function Composer({ channel, goesTo }: ComposerProps) {
  const tagHex = toHex(channel.tag);
  const [text, setText] = useState(drafts.get(tagHex) ?? '');
  const [fault, setFault] = useState<WriteFault>();
  const [stays, setStays] = useState(false);
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
    setStays(false);
    const written = await writer.write(tagHex, said, stays ? Scope.site : Scope.anywhere);
    if (written.ok) return;
    type(text);
    setStays(stays);
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
      {goesTo.length > 0 && <Stay goesTo={goesTo} stays={stays} onChange={setStays} />}
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

interface StayProps {
  readonly goesTo: readonly string[];
  readonly stays: boolean;
  onChange(stays: boolean): void;
}

/** For one message: it does not cross to other sites. */
function Stay({ goesTo, stays, onChange }: StayProps) {
  return (
    <label class="stay">
      <input
        type="checkbox"
        checked={stays}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{t.compose.stay}</span>
      <small>{stays ? t.compose.staysNow : t.compose.goesTo(goesTo)}</small>
    </label>
  );
}

function leftText(left: number): string {
  if (left >= showLeftAt) return '';
  return left >= 0 ? t.compose.left(left) : t.compose.over(-left);
}
