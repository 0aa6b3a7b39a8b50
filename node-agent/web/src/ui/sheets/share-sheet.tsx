/** Invites people to a channel: a QR code to hold up, and a link to send where that is possible. */
import { toHex } from '@muster/core';
import { useState } from 'preact/hooks';
import { s } from '../../strings/sheet.en.ts';
import { neutralName } from '../../text/neutral.ts';
import { WarnIcon } from '../icons.tsx';
import { joinLink } from '../route.ts';
import { SheetFrame } from '../sheet.tsx';
import { client, model, offers } from '../ui-state.ts';
import { QrView } from './code-view.tsx';

export function ShareSheet({ tagHex }: { tagHex: string }) {
  const channel = model.channels.value.find((one) => toHex(one.tag) === tagHex);
  const [copied, setCopied] = useState(false);
  const code = channel && client.value?.reader.channels.linkCode(channel);
  const link = code === undefined ? '' : joinLink(code);
  if (!channel) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(link);
    setCopied(true);
  };
  return (
    <SheetFrame title={s.share.title(neutralName(channel.name))}>
      <p>{s.share.why}</p>
      <QrView text={link} label={s.share.qrLabel} />
      {channel.kind === 'private' && (
        <p class="callout callout-warn">
          <WarnIcon />
          <span>{s.share.privateWhy}</span>
        </p>
      )}
      <label class="field">
        <span class="field-label">{s.share.link}</span>
        <input readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
      </label>
      <div class="row-buttons">
        {offers.clipboard && (
          <button type="button" class="quiet-button" onClick={() => void copy()}>
            {copied ? s.share.copied : s.share.copy}
          </button>
        )}
        {offers.share && (
          <button
            type="button"
            class="quiet-button"
            onClick={() => void navigator.share({ url: link }).catch(() => undefined)}
          >
            {s.share.send}
          </button>
        )}
      </div>
    </SheetFrame>
  );
}
