/** Every sheet by its kind: a chunk of its own, loaded right after the page has shown. */

import { toHex } from '@muster/core';
import { useEffect } from 'preact/hooks';
import { Gate } from '../../guest/gate.tsx';
import { GuestPassSheet } from '../../guest/guest-pass-sheet.tsx';
import { MyKeySheet } from '../../guest/my-key-sheet.tsx';
import { WaitingRoomSheet } from '../../guest/waiting-room.tsx';
import { s } from '../../strings/sheet.en.ts';
import { SheetFrame } from '../sheet.tsx';
import { timelineRows } from '../timeline-rows.ts';
import { closeSheet, model, type Sheet } from '../ui-state.ts';
import { ChannelSheet } from './channel-sheet.tsx';
import { ConnectionSheet } from './connection-sheet.tsx';
import { CreateSheet } from './create-sheet.tsx';
import { FrozenSheet } from './frozen-sheet.tsx';
import { HereSheet } from './here-sheet.tsx';
import { JoinSheet } from './join-sheet.tsx';
import { MessageSheet } from './message-sheet.tsx';
import { NearbySheet } from './nearby-sheet.tsx';
import { SafetySheet } from './safety-sheet.tsx';
import { ForgetSheet, SettingsSheet } from './settings-sheet.tsx';
import { ShareSheet } from './share-sheet.tsx';
import '../../style/sheet.css';

export { Gate } from '../../guest/gate.tsx';

export function OneSheet({ open }: { open: Sheet }) {
  switch (open.kind) {
    case 'connection':
      return <ConnectionSheet key="connection" />;
    case 'here':
      return <HereSheet key="here" />;
    case 'nearby':
      return <NearbySheet key="nearby" />;
    case 'safety':
      return <SafetySheet key="safety" />;
    case 'settings':
      return <SettingsSheet key="settings" />;
    case 'forget':
      return <ForgetSheet key="forget" />;
    case 'frozen':
      return <FrozenSheet key="frozen" />;
    case 'create':
      return <CreateSheet key="create" />;
    case 'gate':
      return <GateSheet key="gate" />;
    case 'waiting-room':
      return <WaitingRoomSheet key="waiting-room" />;
    case 'guest-pass':
      return <GuestPassSheet key="guest-pass" />;
    case 'my-key':
      return <MyKeySheet key="my-key" />;
    case 'join':
      return <JoinSheet key={`join-${open.code}`} code={open.code} />;
    case 'share':
      return <ShareSheet key="share" tagHex={open.tagHex} />;
    case 'channel':
      return <ChannelSheet key="channel" tagHex={open.tagHex} />;
    case 'message':
      return <OneMessage key="message" orderHex={open.orderHex} />;
  }
}

/** It closes by itself once the person is in. */
function GateSheet() {
  const isIn = model.gate.value === undefined;
  useEffect(() => {
    if (isIn) closeSheet();
  }, [isIn]);
  return (
    <SheetFrame title={s.gate.title}>
      <Gate />
    </SheetFrame>
  );
}

function OneMessage({ orderHex }: { orderHex: string }) {
  const channel = model.channels.value.find((one) => toHex(one.tag) === model.open.value);
  const rows = channel
    ? timelineRows({
        channel,
        placed: model.rows.value,
        outbox: model.outbox.value,
        self: model.self.value,
        federation: model.federation.value,
        readUpTo: '',
        limit: Number.POSITIVE_INFINITY,
      })
    : [];
  const row = rows.find((one) => one.kind === 'message' && one.orderHex === orderHex);
  // It was deleted, or its order became known: nothing to show any more.
  useEffect(() => {
    if (!row) closeSheet();
  }, [row]);
  return row?.kind === 'message' ? <MessageSheet row={row} /> : null;
}
