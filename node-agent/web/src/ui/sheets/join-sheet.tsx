/**
 * Joins a channel by its link, by a photo of a QR code (works on plain http), or with the camera
 * where the browser gives it. A link that was opened asks once before it joins.
 */
import { type ChannelLink, decodeChannelLink, toHex } from '@muster/core';
import { useState } from 'preact/hooks';
import { kindNames } from '../../storage/records.ts';
import { t } from '../../strings/index.ts';
import { s } from '../../strings/sheet.en.ts';
import { neutralName } from '../../text/neutral.ts';
import { KeyTag } from '../key-mark.tsx';
import { codeIn, goToChannel } from '../route.ts';
import { SheetFrame } from '../sheet.tsx';
import { client, closeSheet } from '../ui-state.ts';
import { QrInputs } from './qr-inputs.tsx';

function linkIn(text: string): ChannelLink | undefined {
  const code = codeIn(text);
  return code === undefined ? undefined : decodeChannelLink(code);
}

export function JoinSheet({ code }: { code: string }) {
  const [text, setText] = useState(code);
  const [fault, setFault] = useState('');
  const link = linkIn(text);
  const join = async (event: Event) => {
    event.preventDefault();
    if (!link) return setFault(s.join.notACode);
    const joined = await client.value?.reader.joinLink(link);
    if (!joined) return setFault(t.list.full);
    closeSheet();
    goToChannel(toHex(joined.tag));
  };
  const found = (read: string) => {
    setText(read);
    setFault(linkIn(read) ? '' : s.join.notACode);
  };
  return (
    <SheetFrame title={s.join.title}>
      <form class="stack" onSubmit={join}>
        <p>{s.join.why}</p>
        <label class="field">
          <span class="field-label">{s.join.label}</span>
          <input
            value={text}
            autoComplete="off"
            spellcheck={false}
            inputMode="url"
            onInput={(event) => {
              setText(event.currentTarget.value);
              setFault('');
            }}
          />
        </label>
        <QrInputs onFound={found} onNote={setFault} />
        {link && <Found link={link} />}
        <p class="fault" role="alert">
          {fault}
        </p>
        <button type="submit" class="main-button">
          {t.list.joinIt}
        </button>
      </form>
    </SheetFrame>
  );
}

function Found({ link }: { link: ChannelLink }) {
  const kind = kindNames[link.kind];
  return (
    <p class="callout callout-good">
      <span>
        <strong>
          <bdi>{neutralName(link.name)}</bdi>
        </strong>{' '}
        <KeyTag keyHex={toHex(link.creator)} />
        <br />
        {t.kind[kind]}
      </span>
    </p>
  );
}
