/** What a channel is, who made it, and the way out of it. */
import { type Pin, toHex } from '@muster/core';
import { mayLeave } from '../../channels/channels.ts';
import type { CrossingChannel } from '../../federation/federation.ts';
import { t } from '../../strings/index.ts';
import { s } from '../../strings/sheet.en.ts';
import { longFingerprint } from '../../text/fingerprint.ts';
import { neutralName, neutralText } from '../../text/neutral.ts';
import { ChannelIcon, crossingText } from '../channel-page.tsx';
import { InviteIcon, SiteIcon } from '../icons.tsx';
import { KeyMark, KeyTag, SiteMark } from '../key-mark.tsx';
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
          {s.kindWhy[channel.kind]}
        </span>
      </p>
      <Sites crossing={model.federation.value?.channels.get(tagHex)} />
      {mayLeave(channel) && (
        <p class="person">
          <span>{t.channel.madeBy}</span>
          <KeyMark keyHex={creator} />
          {creator === model.self.value?.key && <span class="badge">{s.here.you}</span>}
          <KeyTag keyHex={creator} />
        </p>
      )}
      {channel.kind !== 'federated' && (
        <button
          type="button"
          class="quiet-button"
          onClick={() => openSheet({ kind: 'share', tagHex })}
        >
          <InviteIcon />
          {t.channel.share}
        </button>
      )}
      {mayLeave(channel) && (
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

/** Whose channel it is, or to which sites it crosses. */
function Sites({ crossing }: { crossing: CrossingChannel | undefined }) {
  if (crossing?.home) {
    return (
      <dl class="facts">
        <SiteFacts pin={crossing.home.pin} />
      </dl>
    );
  }
  const crosses = crossingText(crossing);
  if (crosses === undefined) return null;
  return (
    <p class="callout">
      <SiteIcon />
      <span>
        <strong>{crosses}</strong>
        <br />
        {t.site.crossingWhy}
      </span>
    </p>
  );
}

/** Another site by the key that our admin pinned: its name is only what it is called here. */
export function SiteFacts({ pin }: { pin: Pin }) {
  return (
    <>
      <dt>{t.site.label}</dt>
      <dd>
        <SiteMark name={pin.name} />
      </dd>
      <dt>{t.site.key}</dt>
      <dd>
        <code class="fingerprint">{longFingerprint(toHex(pin.siteKey)).join(' ')}</code>
        <small>{t.site.keyWhy}</small>
      </dd>
    </>
  );
}
