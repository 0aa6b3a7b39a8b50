/** Who is near this node by radio: nodes by name, tags counted; and what ails its Bluetooth. */
import type { NearbyLevel } from '@muster/core';
import { useEffect, useState } from 'preact/hooks';
import type { ToldNearby } from '../../app/view-model.ts';
import type { NearbyCarrier, NearbyNode } from '../../connection/nearby.ts';
import { nearbyTimes } from '../../limits.ts';
import { browserClock } from '../../platform/browser-clock.ts';
import { s } from '../../strings/sheet.en.ts';
import { WarnIcon } from '../icons.tsx';
import { SheetFrame } from '../sheet.tsx';
import { client, model } from '../ui-state.ts';
import {
  adviceText,
  agoText,
  awayText,
  countOf,
  countText,
  levelText,
  nodeName,
  standingNow,
} from './nearby-words.ts';

export function NearbySheet() {
  const watch = client.value?.nearby;
  useEffect(() => {
    watch?.watch();
    return () => watch?.unwatch();
  }, [watch]);
  const told = model.nearby.value;
  const isConnected = model.connection.value.kind === 'connected';
  return (
    <SheetFrame title={s.nearby.title}>
      <p>{s.nearby.why}</p>
      {told ? (
        <Told told={told} isConnected={isConnected} />
      ) : (
        <p role="status">{isConnected ? s.nearby.asking : s.here.offline}</p>
      )}
    </SheetFrame>
  );
}

/** Milliseconds since then, counted anew now and then while it is shown. */
function useAge(atMs: number): number {
  const [nowMs, setNowMs] = useState(atMs);
  useEffect(() => {
    const count = () => setNowMs(browserClock.monotonicMs());
    count();
    const timer = setInterval(count, nearbyTimes.countEveryMs);
    return () => clearInterval(timer);
  }, [atMs]);
  return Math.max(0, nowMs - atMs);
}

function Told({ told, isConnected }: { told: ToldNearby; isConnected: boolean }) {
  const { state, mend } = told;
  const oldMs = useAge(told.atMs);
  const isFresh = isConnected && oldMs < nearbyTimes.freshMsMax;
  const away = awayText(state);
  const advice = state === 'starting' ? '' : adviceText(mend);
  const now = { oldMs, isHearing: away === undefined };
  const nodes = standingNow(told.nodes, now);
  const carriers = standingNow(told.carriers, now);
  return (
    <>
      {!isFresh && <p class="field-note">{s.nearby.asOf(agoText(oldMs))}</p>}
      {away !== undefined && (
        <p class="callout callout-warn">
          <WarnIcon />
          <span>
            {away}
            {advice !== '' && <small dir="auto">{s.nearby.mend(advice)}</small>}
          </span>
        </p>
      )}
      {(away === undefined || nodes.length > 0) && <Nodes nodes={nodes} />}
      {carriers.length > 0 && <Carriers carriers={carriers} />}
    </>
  );
}

function Nodes({ nodes }: { nodes: readonly NearbyNode[] }) {
  return (
    <section class="near" aria-labelledby="near-nodes">
      <h3 id="near-nodes">{s.nearby.nodes}</h3>
      <p role="status">{nodes.length === 0 ? s.nearby.nobody : countText(nodes)}</p>
      <ul>
        {nodes.map((node, i) => (
          <li key={`${node.key}/${i}`} class="near-node">
            <Waves level={node.level} />
            <bdi class="near-name">{nodeName(node)}</bdi>
            <span class="near-about">
              {levelText(node)} · {s.nearby.link[node.link ?? 'none']}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Carriers({ carriers }: { carriers: readonly NearbyCarrier[] }) {
  const gone = countOf(carriers, 'gone');
  return (
    <section class="near" aria-labelledby="near-tags">
      <h3 id="near-tags">{s.nearby.carriers}</h3>
      <p>
        {countText(carriers)} {gone > 0 && s.nearby.carriersSeen(gone)}
      </p>
      <p class="field-note">{s.nearby.carriersWhy}</p>
    </section>
  );
}

const waves = ['M5 13a6 6 0 0 1 6 6', 'M5 8.5A10.5 10.5 0 0 1 15.5 19', 'M5 4a15 15 0 0 1 15 15'];
const wavesOf: Readonly<Record<NearbyLevel, number>> = { near: 3, around: 1, gone: 0 };

/** Says again what the words beside it say. */
function Waves({ level }: { level: NearbyLevel }) {
  return (
    <svg class={`icon waves waves-${level}`} viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="5.5" cy="18.5" r="1.5" />
      {waves.map((path, i) => (
        <path key={path} d={path} class={i < wavesOf[level] ? '' : 'wave-off'} />
      ))}
    </svg>
  );
}
