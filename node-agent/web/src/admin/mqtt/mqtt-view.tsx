/**
 * What connects at the gateways: MQTT clients of the one whose page this is, by commands that it
 * carries out itself. A password is shown once, by the very node that made it, and never travels.
 */
import { fromHex, Power } from '@muster/core';
import { useState } from 'preact/hooks';
import { m } from '../../strings/site.en.ts';
import { neutralName } from '../../text/neutral.ts';
import { nameOf } from '../map/node-words.ts';
import { ActionNote, useAction } from '../parts/action.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Empty } from '../parts/empty.tsx';
import type { AdminSession } from '../session/admin-session.ts';
import type { NodeView } from '../session/site-view.ts';
import type { AdminViewProps } from '../view.ts';
import { AddClient } from './add-client.tsx';
import { type MqttClient, readClients } from './mqtt-answers.ts';
import { Uplinks } from './uplinks.tsx';

export function MqttView({ session }: AdminViewProps) {
  const site = session.site.value;
  if (!site) return <Empty title={m.overview.waiting} />;
  const gateways = site.nodes.filter(({ report, revoked }) => report?.mqtt && !revoked);
  const here = gateways.find(({ key }) => key === site.self);
  const elsewhere = gateways.filter((node) => node !== here);
  return (
    <div class="site-view">
      {gateways.length === 0 && <Empty title={m.mqtt.none}>{m.mqtt.noneWhy}</Empty>}
      {here && <Here key={here.key} session={session} node={here} />}
      {elsewhere.length > 0 && (
        <section class="admin-card" aria-labelledby="elsewhere-title">
          <h2 id="elsewhere-title">{m.mqtt.elsewhere}</h2>
          <p>{m.mqtt.elsewhereWhy}</p>
          <ul class="link-list">
            {elsewhere.map((node) => (
              <li key={node.key}>
                <strong>
                  <bdi>{nameOf(node)}</bdi>
                </strong>
                <small>{m.node.connected(node.report?.mqtt?.clients ?? 0)}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Here({ session, node }: { session: AdminSession; node: NodeView }) {
  const [clients, setClients] = useState<readonly MqttClient[]>();
  const action = useAction();
  const key = fromHex(node.key)!;
  const mayList = session.may(Power.rules);
  // Every asking is an act in the trail: it is done once, when the admin wants it.
  const list = async () => {
    const ask = () => session.act({ command: 'mqtt.client.list', node: key });
    const result = await action.run(ask, '');
    if (result.ok) setClients(readClients(result.result));
  };
  const revoke = async (name: string) => {
    const params = { name };
    const result = await action.run(
      () => session.act({ command: 'mqtt.client.revoke', node: key, params }),
      m.mqtt.revoked(name),
    );
    if (result.ok) setClients(clients?.filter((client) => client.name !== name));
  };
  const added = (name: string) => setClients(clients && [...clients, { name, connected: 0 }]);
  return (
    <>
      <section class="admin-card" aria-labelledby="clients-title">
        <h2 id="clients-title">{m.mqtt.at(nameOf(node))}</h2>
        <p>{m.node.connected(node.report?.mqtt?.clients ?? 0)}</p>
        {!mayList && <p>{m.mqtt.powerless}</p>}
        {mayList && !clients && (
          <button
            type="button"
            class="quiet-button"
            disabled={action.busy}
            onClick={() => void list()}
          >
            {m.mqtt.show}
          </button>
        )}
        {clients?.length === 0 && <Empty title={m.mqtt.empty} />}
        <ul class="mqtt-clients">
          {(clients ?? []).map(({ name, connected }) => (
            <li key={name}>
              <p>
                <strong>
                  <bdi>{neutralName(name)}</bdi>
                </strong>
                <small>{m.node.connected(connected)}</small>
              </p>
              <Confirm
                label={m.mqtt.revoke}
                question={m.mqtt.revokeAsk(neutralName(name))}
                disabled={action.busy}
                onConfirm={() => void revoke(name)}
              />
            </li>
          ))}
        </ul>
        <ActionNote action={action} />
      </section>
      {mayList && <AddClient session={session} node={key} onAdded={added} />}
      {mayList && <Uplinks session={session} node={key} report={node.report!} />}
    </>
  );
}
