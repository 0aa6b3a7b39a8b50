/** Uplinks of the gateway at hand, as it reports them, and a way to pause one and let it go on. */
import type { NodeReport } from '@muster/core';
import { m } from '../../strings/site.en.ts';
import { neutralName } from '../../text/neutral.ts';
import { ActionNote, useAction } from '../parts/action.tsx';
import type { AdminSession } from '../session/admin-session.ts';

interface UplinksProps {
  readonly session: AdminSession;
  /** Key of the gateway, 32 bytes. */
  readonly node: Uint8Array;
  readonly report: NodeReport;
}

export function Uplinks({ session, node, report: { uplinks = [] } }: UplinksProps) {
  const action = useAction();
  if (uplinks.length === 0) return null;
  const turn = (name: string, isPaused: boolean) =>
    action.run(
      () =>
        session.act({
          command: isPaused ? 'uplink.resume' : 'uplink.pause',
          node,
          params: { name },
        }),
      isPaused ? m.uplink.resumed(name) : m.uplink.paused(name),
    );
  return (
    <section class="admin-card" aria-labelledby="uplinks-title">
      <h2 id="uplinks-title">{m.uplink.title}</h2>
      <ul class="mqtt-clients">
        {uplinks.map(({ name, state }) => (
          <li key={name}>
            <p>
              <strong>
                <bdi>{neutralName(name)}</bdi>
              </strong>
              <small>{m.uplinkState[state] ?? neutralName(state)}</small>
            </p>
            <button
              type="button"
              class="small-button"
              disabled={action.busy}
              onClick={() => void turn(name, state === 'paused')}
            >
              {state === 'paused' ? m.uplink.resume : m.uplink.pause}
            </button>
          </li>
        ))}
      </ul>
      <ActionNote action={action} />
    </section>
  );
}
