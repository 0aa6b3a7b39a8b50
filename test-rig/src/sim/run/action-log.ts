/** A plan's actions as lines that people read: what happened to a world, and when. */
import type { Action } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';

/** "1 d 02:03:04.567", without the day where there is none. */
export function timeText(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  const clock = new Date(ms % 86_400_000).toISOString().slice(11, 23);
  return days > 0 ? `${days} d ${clock}` : clock;
}

function spanText(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

export function actionText(plan: Plan, action: Action): string {
  switch (action.kind) {
    case 'write': {
      const { person, channel, lane, length, lifetimeS } = action;
      const life = spanText(lifetimeS * 1000);
      const lanes = ['urgent', 'normal', 'bulk'];
      const what = `${length} characters, ${lanes[lane] ?? lane}, for ${life}`;
      return `person ${person} writes in ${channel} (${what})`;
    }
    case 'put-again':
      return `the phone of person ${action.person} hands over again (${action.back} back)`;
    case 'move':
      return `person ${action.person} goes to box ${action.box}`;
    case 'act':
      return `an admin revokes a key at box ${action.box}`;
    case 'lie':
      return `box ${action.box} lies (${plan.boxes[action.box]?.liar ?? 'no liar'})`;
    default:
      return `${faultText(plan, action)} for ${spanText(action.forMs)}`;
  }
}

type Fault = Extract<Action, { forMs: number }>;

function faultText(plan: Plan, action: Fault): string {
  const place = 'line' in action ? lineText(plan, action.line) : `box ${action.box}`;
  switch (action.kind) {
    case 'block':
    case 'clog':
      return `${place}: ${action.kind}ed ${wayText(action.way)}`.replace('cloged', 'clogged');
    case 'mangle':
      return `${place}: ${Math.round(100 * action.share)} % mangled ${wayText(action.way)}`;
    case 'shake': {
      const share = (part: number) => `${Math.round(100 * part)} %`;
      const { loss, replay, reorder, delayMs, bytesPerSecond } = action;
      const packets = `${share(loss)} lost, ${share(replay)} replayed, ${share(reorder)} reordered`;
      return `${place}: ${packets}, ${delayMs} ms, ${bytesPerSecond} bytes/s`;
    }
    case 'crash': {
      const woke = action.wallMs === undefined ? '' : ', wakes with its clock at 1970';
      return `${place} crashes (${action.reached} unsynced commits reach the disk${woke}), off`;
    }
    case 'disk-lost':
      return `${place} crashes and finds its store damaged, off`;
    case 'wall-jump':
      return `${place}: its clock jumps by ${Math.round(action.byMs / 3_600_000)} h`;
    case 'slow':
      return `${place}: a commit takes ${spanText(action.commitMs)}`;
    default:
      return `${place}: ${action.kind}`;
  }
}

function lineText(plan: Plan, line: number): string {
  const [a, b] = plan.pairs[line] ?? [-1, -1];
  return `line ${a}-${b}`;
}

function wayText(way: 'ab' | 'ba'): string {
  return way === 'ab' ? 'upwards' : 'downwards';
}

export function actionLog(plan: Plan): string[] {
  return plan.actions.map((one) => `${timeText(one.atMs).padStart(16)}  ${actionText(plan, one)}`);
}
