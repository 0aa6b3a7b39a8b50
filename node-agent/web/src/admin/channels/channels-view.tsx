/**
 * The channels that this phone knows: who may write in them, and which cross to other sites. What
 * crosses is the site's policy, signed by an admin; who writes is up to the key that made it.
 */
import { Crossing, type CrossingRule, equalBytes, Power, toHex } from '@muster/core';
import { t } from '../../strings/index.ts';
import { m } from '../../strings/site.en.ts';
import { neutralName, neutralText } from '../../text/neutral.ts';
import { ChannelIcon } from '../../ui/channel-page.tsx';
import { KeyTag } from '../../ui/key-mark.tsx';
import { model } from '../../ui/ui-state.ts';
import { type Action, ActionNote, useAction } from '../parts/action.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Empty } from '../parts/empty.tsx';
import type { AdminSession } from '../session/admin-session.ts';
import type { AdminViewProps } from '../view.ts';
import { OwnChannel } from './own-channel.tsx';

export function ChannelsView({ session }: AdminViewProps) {
  const self = model.self.value?.key;
  const joined = model.channels.value.filter(({ kind }) => kind !== 'federated');
  const own = joined.filter(({ kind, creator }) => kind !== 'site' && toHex(creator) === self);
  const shown = [
    ...joined.filter((one) => !own.includes(one) && one.kind !== 'private'),
    ...model.others.value,
  ];
  return (
    <div class="site-view">
      <section class="admin-card" aria-labelledby="own-title">
        <h2 id="own-title">{m.channels.own}</h2>
        <p class="field-note">{m.channels.ownWhy}</p>
        {own.length === 0 && <Empty title={m.channels.ownNone}>{m.channels.ownNoneWhy}</Empty>}
        {own.map((channel) => (
          <OwnChannel key={toHex(channel.tag)} session={session} channel={channel} />
        ))}
      </section>
      <section class="admin-card" aria-labelledby="all-title">
        <h2 id="all-title">{m.channels.all}</h2>
        <ul class="admin-channels">
          {shown.map((channel) => (
            <li key={toHex(channel.tag)}>
              <ChannelIcon kind={channel.kind} />
              <span>
                <strong>
                  <bdi>{neutralName(channel.name)}</bdi>
                </strong>
                <small>
                  {t.kind[channel.kind]}
                  {channel.topic !== '' && ` · ${neutralText(channel.topic)}`}
                </small>
              </span>
              {channel.kind !== 'site' && channel.creator && (
                <KeyTag keyHex={toHex(channel.creator)} />
              )}
            </li>
          ))}
        </ul>
        <p class="field-note">{m.channels.siteWhy}</p>
      </section>
      <Crossings session={session} />
    </div>
  );
}

function Crossings({ session }: { session: AdminSession }) {
  const policy = session.policy.value;
  const action = useAction();
  const rules = policy?.rules.filter(({ crossing }) => crossing !== Crossing.none) ?? [];
  const siteName = (id: Uint8Array) => {
    const pin = policy?.pins.find(({ site }) => equalBytes(site, id));
    return pin ? neutralName(pin.name) : m.channels.ourSite;
  };
  return (
    <section class="admin-card" aria-labelledby="crossing-title">
      <h2 id="crossing-title">{m.channels.crossing}</h2>
      <p>{m.channels.crossingWhy}</p>
      {rules.length === 0 && <Empty title={m.channels.noCrossing} />}
      {rules.map((rule) => (
        <CrossingItem
          key={toHex(rule.tag)}
          session={session}
          rule={rule}
          action={action}
          siteName={siteName}
        />
      ))}
      <ActionNote action={action} />
    </section>
  );
}

interface CrossingProps {
  readonly session: AdminSession;
  readonly rule: CrossingRule;
  readonly action: Action;
  siteName(id: Uint8Array): string;
}

function CrossingItem({ session, rule, action, siteName }: CrossingProps) {
  const name = neutralName(rule.name);
  const stop = () =>
    action.run(
      () =>
        session.setPolicy((policy) => ({
          ...policy,
          rules: policy.rules.filter(({ tag }) => !equalBytes(tag, rule.tag)),
        })),
      m.channels.stopped(name),
    );
  const peers = rule.peers.map(siteName).join(', ');
  return (
    <div class="crossing">
      <p>
        <strong>
          <bdi>{name}</bdi>
        </strong>{' '}
        ({siteName(rule.home)}): {m.crossing[rule.crossing]} {peers}
      </p>
      {session.may(Power.rules) && (
        <Confirm
          label={m.channels.stop}
          question={m.channels.stopAsk(name)}
          disabled={action.busy}
          onConfirm={() => void stop()}
        />
      )}
    </div>
  );
}
