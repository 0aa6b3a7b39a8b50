/**
 * What is wrong at a node, in words and with what to do, out of what is known of it. Problems come
 * first, warnings after them. Pure: it looks at facts and has none of its own.
 */
import type { CloneStatus, NodeReport, ReportedProblem, WallTime } from '@muster/core';
import { equalBytes, toBase64url } from '@muster/core';

export interface NodeFacts {
  readonly wall: WallTime;
  readonly epoch: number;
  readonly certificateEpoch: number;
  readonly ownKey: Uint8Array;
  readonly clones: readonly CloneStatus[];
  readonly links: number;
  readonly uptimeMs: number;
  readonly frozenAuthors: number;
  readonly contentBytes: number;
  readonly contentBytesMax: number;
  readonly diskFreeBytes?: number | undefined;
  /** A damaged store was put aside at the start. */
  readonly isStoreDamaged: boolean;
  readonly isRootOpen: boolean;
  readonly isRevoked: boolean;
  /** It has asked for a TLS certificate for a while, and nobody answered. */
  readonly isTlsUnheard: boolean;
  readonly machine: NodeReport['machine'];
}

const mib = 1024 * 1024;
const diskFreeBytesMin = 200 * mib;
/** The Raspberry Pi slows itself down from 80 degrees on. */
const hotC = 80;
/** Links need a while after a start. */
const lonelyAfterMs = 5 * 60_000;
const fullShare = 0.95;

export function problemsOf(facts: NodeFacts): ReportedProblem[] {
  const all = [...trustProblems(facts), ...storeProblems(facts), ...machineProblems(facts)];
  const isProblem = ({ severity }: ReportedProblem): boolean => severity === 'problem';
  return [...all.filter(isProblem), ...all.filter((one) => !isProblem(one))];
}

function trustProblems(facts: NodeFacts): ReportedProblem[] {
  const { clones, ownKey, epoch, certificateEpoch, links, uptimeMs } = facts;
  const found: ReportedProblem[] = [];
  if (facts.isRevoked) {
    found.push(
      problem('revoked', 'This box was revoked: no other box talks to it. Reset it to claim it.'),
    );
  }
  for (const { nodeKey, name } of clones) {
    const isOwn = equalBytes(nodeKey, ownKey);
    const who = isOwn ? 'This box' : name || `Box ${toBase64url(nodeKey).slice(0, 8)}`;
    found.push(
      problem(
        'clone',
        `${who} runs twice: its card was copied. Reset one of the two and claim it anew.`,
      ),
    );
  }
  if (certificateEpoch < epoch) {
    found.push(problem('certificate-ended', 'Its certificate has ended: renew it now.'));
  } else if (certificateEpoch < epoch + 1) {
    found.push(
      warning(
        'certificate-ends',
        'Its certificate ends with this epoch: renew it before the next.',
      ),
    );
  }
  if (facts.isRootOpen) {
    found.push(
      warning(
        'root-open',
        'The site’s root key lies open on this box. Seal it there with muster site protect.',
      ),
    );
  }
  if (facts.isTlsUnheard) {
    const text = 'It has no https: no box that holds the site’s authority has answered it yet.';
    found.push(warning('https-missing', text));
  }
  if (links === 0 && uptimeMs > lonelyAfterMs) {
    found.push(warning('alone', 'It has no neighbour: it reaches no other box of the site.'));
  }
  return found;
}

function storeProblems(facts: NodeFacts): ReportedProblem[] {
  const { diskFreeBytes, contentBytes, contentBytesMax, frozenAuthors } = facts;
  const found: ReportedProblem[] = [];
  if (facts.isStoreDamaged) {
    found.push(
      warning('store-damaged', 'Its store was damaged and begun anew: look at the card soon.'),
    );
  }
  if (diskFreeBytes !== undefined && diskFreeBytes < diskFreeBytesMin) {
    const left = Math.round(diskFreeBytes / mib);
    found.push(
      problem('disk-full', `Its disk has ${left} MB left: make room, or use a larger one.`),
    );
  } else if (contentBytes > contentBytesMax * fullShare) {
    found.push(warning('store-full', 'Its store is full: the oldest messages of guests go first.'));
  }
  if (frozenAuthors > 0) {
    const text = `${frozenAuthors} devices used their key twice at once and are frozen.`;
    found.push(warning('authors-frozen', text));
  }
  return found;
}

function machineProblems({ machine, wall }: NodeFacts): ReportedProblem[] {
  const { underVoltage, throttled, temperatureC, wifiStations, wifiStationsMax } = machine;
  const found: ReportedProblem[] = [];
  if (underVoltage) {
    found.push(problem('under-voltage', 'Its power supply is too weak: use one of 5 V and 3 A.'));
  }
  if (temperatureC !== undefined && temperatureC >= hotC) {
    found.push(problem('hot', `It is ${Math.round(temperatureC)} °C hot: give it air or shade.`));
  } else if (throttled) {
    found.push(warning('throttled', 'It runs slower than it could, for heat or weak power.'));
  }
  if (wall.quality === 0) {
    found.push(
      warning(
        'clock-unset',
        'Its clock is not set: open its page with a phone, or give it a network with time.',
      ),
    );
  }
  if (wifiStations !== undefined && wifiStationsMax !== undefined) {
    if (wifiStations >= wifiStationsMax) {
      found.push(problem('wifi-full', 'Its Wi-Fi takes no further phones: add a box nearby.'));
    }
  }
  return found;
}

function problem(code: string, text: string): ReportedProblem {
  return { code, severity: 'problem', text };
}

function warning(code: string, text: string): ReportedProblem {
  return { code, severity: 'warning', text };
}
