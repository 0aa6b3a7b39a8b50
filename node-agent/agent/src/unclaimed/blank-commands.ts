/** The claim of a blank node over its control socket, for `muster claim` on the box itself. */
import { type Clock, MusterError } from '@muster/core';
import type { ControlCommand } from '../extension.ts';
import { notAsked } from './blank-routes.ts';
import type { ClaimState } from './claim-state.ts';
import type { InviteDesk } from './invite-desk.ts';

export function blankCommands(
  state: ClaimState,
  desk: InviteDesk,
  clock: Clock,
): ReadonlyMap<string, ControlCommand> {
  return new Map<string, ControlCommand>([
    ['unclaimed.state', async () => state.view],
    ['unclaimed.next', ({ since }) => state.next(Number(since) || 0, clock)],
    [
      'unclaimed.invite',
      async ({ code }) => {
        if (code === null) await desk.callOff();
        else await desk.give(typeof code === 'string' ? code : '');
        return {};
      },
    ],
    [
      'unclaimed.answer',
      async ({ accept }) => {
        if (typeof accept !== 'boolean') {
          throw new MusterError('request-malformed', 'Neither yes nor no', 'Answer true or false.');
        }
        if (!desk.answer(accept)) throw notAsked();
        return {};
      },
    ],
  ]);
}
