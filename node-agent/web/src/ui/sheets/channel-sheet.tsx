/** What a channel is, who made it, and the way out of it. */
import { toHex } from '@muster/core';
import { t } from '../../strings/index.ts';
import { neutralName, neutralText } from '../../text/neutral.ts';
import { ChannelIcon } from '../channel-page.tsx';
import { InviteIcon } from '../icons.tsx';
import { KeyMark, KeyTag } from '../key-mark.tsx';
import { SheetFrame } from '../sheet.tsx';
import { client, closeSheet, model, openSheet } from '../ui-state.ts';

export function ChannelSheet({ tagHex }: { tagHex: string }) {
  const channel = model.channels.value.find((one) => toHex(one.tag) === tagHex);
  if (!channel) return null;
  const creator = toHex(channel.creator);
  const topic = neutralText(channel.topic);
  const leave = async () => {
    closeSheet();
    location.hash = '#/';
    await client.value?.reader.leave(channel);
  };
  return (
    <SheetFrame title={neutralName(channel.name)}>
      {topic !== '' && (
        <p class="text" dir="auto">
          {topic}
        </p>
      )}
      <p class="callout">
        <ChannelIcon kind={channel.kind} />
        <span>
          <strong>{t.kind[channel.kind]}</strong>
          <br />
          {t.kindWhy[channel.kind]}
        </span>
      </p>
      {channel.kind !== 'site' && (
        <p class="person">
          <span>{t.channel.madeBy}</span>
          <KeyMark keyHex={creator} />
          {creator === model.self.value?.key && <span class="badge">{t.here.you}</span>}
          <KeyTag keyHex={creator} />
        </p>
      )}
      <button
        type="button"
        class="quiet-button"
        onClick={() => openSheet({ kind: 'share', tagHex })}
      >
        <InviteIcon />
        {t.channel.share}
      </button>
      {channel.kind !== 'site' && (
        <>
          <button type="button" class="danger-button" onClick={() => void leave()}>
            {t.channel.leave}
          </button>
          <p class="field-note">
            {channel.kind === 'private' ? t.channel.leavePrivateWhy : t.channel.leaveWhy}
          </p>
        </>
      )}
    </SheetFrame>
  );
}
