/**
 * What an admin can do with a node: another name, a restart, a new certificate, another site, a
 * blank start, or shutting it out. What cannot be undone asks, and the worst asks for the name.
 */
import { fromHex, NodeRole, Power, RevocationReason } from '@muster/core';
import { useState } from 'preact/hooks';
import { nameBytesLeft } from '../../identity/keys.ts';
import { m } from '../../strings/site.en.ts';
import { neutralName } from '../../text/neutral.ts';
import { adminHash } from '../../ui/route.ts';
import { QrInputs } from '../../ui/sheets/qr-inputs.tsx';
import { nameOf } from '../map/node-words.ts';
import { ActionNote, useAction } from '../parts/action.tsx';
import { Confirm } from '../parts/confirm.tsx';
import type { AdminSession } from '../session/admin-session.ts';
import type { NodeView } from '../session/site-view.ts';

interface ActionsProps {
  readonly session: AdminSession;
  readonly node: NodeView;
}

export function NodeActions(props: ActionsProps) {
  const { session, node } = props;
  if (node.revoked) {
    return (
      <section class="admin-card">
        <p>{m.node.revokedWhy}</p>
        <ReplaceLink node={node} />
      </section>
    );
  }
  return (
    <>
      {session.may(Power.nodes) && <Rename {...props} />}
      {session.may(Power.rules) && <Restart {...props} />}
      {session.may(Power.nodes) && <Move {...props} />}
      {(session.may(Power.nodes) || session.may(Power.revoke)) && <Dangers {...props} />}
    </>
  );
}

/** The label on the box at once, and the certified name with a new certificate. */
function Rename({ session, node }: ActionsProps) {
  const known = nameOf(node);
  const [name, setName] = useState(known);
  const action = useAction();
  const rename = async (event: Event) => {
    event.preventDefault();
    const plain = neutralName(name);
    if (plain === '' || nameBytesLeft(plain) < 0) return action.fail(m.node.nameWrong);
    const nodeKey = fromHex(node.key)!;
    const role = NodeRole[node.report?.role ?? 'node'];
    // A node takes no certificate that ends before the one it has.
    const soonest = session.trust.value.book.epoch + 1;
    const epoch = Math.max(soonest, node.report?.certificateEpoch ?? 0);
    await action.run(async () => {
      const certified = await session.certify({ nodeKey, name: plain, role, epoch });
      if (!certified.ok) return certified;
      const params = { name: plain, label: plain };
      return session.act({ command: 'node.rename', node: nodeKey, params });
    }, m.node.renamed);
  };
  return (
    <section class="admin-card" aria-labelledby="node-name">
      <h3 id="node-name">{m.node.nameTitle}</h3>
      <form class="inline-form" onSubmit={rename}>
        <label class="field">
          <span class="field-label">{m.node.name}</span>
          <input
            value={name}
            maxLength={64}
            autoComplete="off"
            spellcheck={false}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="small-button" disabled={action.busy || name === known}>
          {m.node.rename}
        </button>
      </form>
      <p class="field-note">{m.node.renameWhy}</p>
      <ActionNote action={action} />
    </section>
  );
}

function Restart({ session, node }: ActionsProps) {
  const action = useAction();
  const restart = () =>
    action.run(
      () =>
        session.act({
          command: 'node.restart',
          node: fromHex(node.key)!,
          params: { label: nameOf(node) },
        }),
      m.node.restarted,
    );
  return (
    <section class="admin-card" aria-labelledby="node-restart">
      <h3 id="node-restart">{m.node.restartTitle}</h3>
      <p>{m.node.restartWhy}</p>
      <button
        type="button"
        class="quiet-button"
        disabled={action.busy}
        onClick={() => void restart()}
      >
        {m.node.restart}
      </button>
      <ActionNote action={action} />
    </section>
  );
}

function Move({ session, node }: ActionsProps) {
  const [invite, setInvite] = useState('');
  const action = useAction();
  const move = () => {
    const text = invite.trim().toUpperCase();
    if (!text.startsWith('MUSTER-NODE:')) return action.fail(m.node.inviteWrong);
    return action.run(
      () =>
        session.act({
          command: 'node.move',
          node: fromHex(node.key)!,
          params: { invite: text, label: nameOf(node) },
        }),
      m.node.moved,
    );
  };
  return (
    <details class="admin-card">
      <summary>{m.node.moveTitle}</summary>
      <p>{m.node.moveWhy}</p>
      <QrInputs onFound={setInvite} onNote={action.fail} />
      <label class="field">
        <span class="field-label">{m.node.invite}</span>
        <input
          value={invite}
          autoComplete="off"
          spellcheck={false}
          onInput={(event) => setInvite(event.currentTarget.value)}
        />
      </label>
      <Confirm
        label={m.node.move}
        question={m.node.moveAsk(nameOf(node))}
        disabled={action.busy || invite === ''}
        onConfirm={() => void move()}
      />
      <ActionNote action={action} />
    </details>
  );
}

function Dangers({ session, node }: ActionsProps) {
  const name = nameOf(node);
  const key = fromHex(node.key)!;
  const action = useAction();
  const revoke = (reason: RevocationReason) =>
    action.run(() => session.revoke({ key, reason, label: name }), m.node.revoked);
  const reset = () =>
    action.run(
      () => session.act({ command: 'node.reset', node: key, params: { label: name } }),
      m.node.wasReset,
    );
  return (
    <section class="admin-card" aria-labelledby="node-end">
      <h3 id="node-end">{m.node.endTitle}</h3>
      {session.may(Power.nodes) && (
        <>
          <p>{m.node.replaceWhy}</p>
          <ReplaceLink node={node} />
          <p>{m.node.resetWhy}</p>
          <Confirm
            label={m.node.reset}
            question={m.node.resetAsk(name)}
            typed={name}
            disabled={action.busy}
            onConfirm={() => void reset()}
          />
        </>
      )}
      {session.may(Power.revoke) && (
        <>
          <p>{m.node.revokeWhy}</p>
          <Confirm
            label={m.node.revoke}
            question={m.node.revokeAsk(name)}
            typed={name}
            disabled={action.busy}
            onConfirm={() => void revoke(RevocationReason.lost)}
          />
        </>
      )}
      <ActionNote action={action} />
    </section>
  );
}

function ReplaceLink({ node }: { node: NodeView }) {
  return (
    <a class="quiet-button" href={adminHash('claim', `as/${node.key}`)}>
      {m.node.replace}
    </a>
  );
}
