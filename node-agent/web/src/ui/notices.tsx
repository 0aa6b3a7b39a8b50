/**
 * What matters wherever the reader is, in bars above the page: what the site announces, what went
 * wrong on this phone, a new role, a pass that is asked for, and for staff who waits to be let in.
 */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../strings/index.ts';
import { neutralText } from '../text/neutral.ts';
import { HornIcon, PeopleIcon, ShieldIcon, WarnIcon } from './icons.tsx';
import { model, openSheet } from './ui-state.ts';

export function Notices() {
  return (
    <>
      <Trouble />
      <Gate />
      <Promoted />
      <Announcement />
      <RoomWaits />
    </>
  );
}

/** `role`: alert for what needs an answer now, status for what may be read later. */
function Bar(props: {
  readonly role: 'alert' | 'status';
  readonly icon: ComponentChildren;
  /** Empty: nothing to do about it. */
  readonly action: string;
  onAction(): void;
  readonly children: ComponentChildren;
}) {
  const { role, icon, action, onAction, children } = props;
  return (
    <div class={`notice notice-${role}`} role={role}>
      {icon}
      <span>{children}</span>
      {action !== '' && (
        <button type="button" class="small-button" onClick={onAction}>
          {action}
        </button>
      )}
    </div>
  );
}

function Trouble() {
  const frozen = model.self.value?.frozen === true;
  const text = !model.persistent.value
    ? t.notice.memory
    : model.storageFailed.value
      ? t.notice.storage
      : undefined;
  if (!frozen && text === undefined) return null;
  const more = () => openSheet({ kind: frozen ? 'frozen' : 'safety' });
  return (
    <Bar role="alert" icon={<WarnIcon />} action={t.notice.more} onAction={more}>
      {frozen ? t.frozen.title : text}
    </Bar>
  );
}

function Gate() {
  const gate = model.gate.value;
  if (!gate) return null;
  const more = () => openSheet({ kind: 'gate' });
  return (
    <Bar role="alert" icon={<WarnIcon />} action={t.notice.more} onAction={more}>
      {t.notice.outside}
    </Bar>
  );
}

function Promoted() {
  const role = model.promoted.value;
  if (role === undefined) return null;
  const seen = () => {
    model.promoted.value = undefined;
  };
  return (
    <Bar role="status" icon={<ShieldIcon />} action={t.notice.ok} onAction={seen}>
      {t.notice.promoted[role] ?? t.notice.promoted.user}
    </Bar>
  );
}

/** Fits two lines of a small phone. */
const shortChars = 64;

function Announcement() {
  const [open, setOpen] = useState(false);
  const text = neutralText(model.trust.value?.book.rules.announcement ?? '');
  if (text === '') return null;
  const isLong = text.length > shortChars || text.includes('\n');
  return (
    <Bar
      role="status"
      icon={<HornIcon />}
      action={!isLong ? '' : open ? t.notice.less : t.notice.more}
      onAction={() => setOpen(!open)}
    >
      <bdi class={open ? '' : 'notice-short'}>{text}</bdi>
    </Bar>
  );
}

function RoomWaits() {
  const count = model.guestsWaiting.value.length;
  if (count === 0) return null;
  const look = () => openSheet({ kind: 'waiting-room' });
  return (
    <Bar role="status" icon={<PeopleIcon />} action={t.notice.look} onAction={look}>
      {t.notice.waits(count)}
    </Bar>
  );
}
