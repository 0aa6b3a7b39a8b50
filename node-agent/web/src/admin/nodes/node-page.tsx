/** One node: how it is, what waits in its queues, who is connected, and what an admin can do. */
import { epochMax, type NodeReport } from '@muster/core';
import { Fragment } from 'preact';
import { fullTime } from '../../strings/index.ts';
import { m } from '../../strings/site.en.ts';
import { longFingerprint } from '../../text/fingerprint.ts';
import { neutralName } from '../../text/neutral.ts';
import { BackIcon, WarnIcon } from '../../ui/icons.tsx';
import { adminHash } from '../../ui/route.ts';
import { hearsWords } from '../map/hearings.ts';
import { linkWords } from '../map/node-list.tsx';
import { clockWords, nameOf, neighbourHex, stateOf } from '../map/node-words.ts';
import { problemsOf } from '../map/problems.ts';
import { bytesText, durationText } from '../parts/figures.ts';
import type { AdminSession } from '../session/admin-session.ts';
import type { NodeView, SiteView } from '../session/site-view.ts';
import { NodeActions } from './node-actions.tsx';

interface PageProps {
  readonly session: AdminSession;
  readonly site: SiteView;
  readonly node: NodeView;
}

export function NodePage({ session, site, node }: PageProps) {
  const { report, key } = node;
  const problems = problemsOf(site).filter((one) => one.node === key);
  const state = stateOf(
    node,
    problems.map(({ severity }) => severity),
  );
  return (
    <div class="site-view">
      <a class="quiet-button back-link" href={adminHash('nodes')}>
        <BackIcon />
        {m.nodes.all}
      </a>
      <h2 class="node-title">
        <span class={`node-dot node-${state}`} aria-hidden="true" />
        <bdi>{nameOf(node)}</bdi>
        <span class="node-state">{m.nodeState[state]}</span>
      </h2>
      {problems.map((one) => (
        <p key={one.key} class="callout callout-warn">
          <WarnIcon />
          <span>{one.text}</span>
        </p>
      ))}
      <section class="admin-card" aria-labelledby="node-about">
        <h3 id="node-about">{m.node.about}</h3>
        {report ? <About report={report} node={node} /> : <p>{m.nodes.unheard}</p>}
        <dl class="facts">
          <dt>{m.node.key}</dt>
          <dd>
            <code class="fingerprint">{longFingerprint(key).join(' ')}</code>
          </dd>
        </dl>
      </section>
      {report && <Links report={report} site={site} hears={hearsWords(node, site)} />}
      {report && <Machine report={report} />}
      {report && <Beyond report={report} />}
      <NodeActions session={session} node={node} />
    </div>
  );
}

function About({ report, node }: { report: NodeReport; node: NodeView }) {
  return (
    <dl class="facts">
      <dt>{m.node.role}</dt>
      <dd>{m.nodeRole[report.role]}</dd>
      <dt>{m.node.heard}</dt>
      <dd>{m.node.ago(durationText(node.ageMs))}</dd>
      <dt>{m.node.up}</dt>
      <dd>{m.node.upWith(durationText(report.uptimeMs), report.boots)}</dd>
      <dt>{m.node.version}</dt>
      <dd>{neutralName(report.version)}</dd>
      <dt>{m.node.clock}</dt>
      <dd>
        {fullTime(report.unixMs)}
        <small>{clockWords(report)}</small>
      </dd>
      <dt>{m.node.certificate}</dt>
      <dd>
        {report.certificateEpoch === epochMax
          ? m.node.forEver
          : m.node.untilEpoch(report.certificateEpoch)}
        <small>{m.node.epochNow(report.epoch)}</small>
      </dd>
      <dt>{m.node.phones}</dt>
      <dd>{m.node.phonesNow(report.clients, report.guestsWaiting)}</dd>
    </dl>
  );
}

interface LinksProps {
  readonly report: NodeReport;
  readonly site: SiteView;
  /** Whom it hears by radio, in words. */
  readonly hears: string;
}

function Links({ report, site, hears }: LinksProps) {
  return (
    <section class="admin-card" aria-labelledby="node-links">
      <h3 id="node-links">{m.node.links(report.links.length)}</h3>
      {report.links.length === 0 && <p>{m.node.alone}</p>}
      <ul class="link-list">
        {report.links.map((link) => (
          <li key={neighbourHex(link) || link.name}>
            {linkWords(link, site)}
            <small>
              {m.node.queues(
                bytesText(link.queuedBytes.urgent),
                bytesText(link.queuedBytes.normal),
                bytesText(link.queuedBytes.bulk),
              )}
            </small>
          </li>
        ))}
      </ul>
      {hears !== '' && <p>{hears}</p>}
    </section>
  );
}

function Machine({ report: { store, machine } }: { report: NodeReport }) {
  const { temperatureC, loadPercent, memoryPercent, wifiStations, wifiStationsMax } = machine;
  const power = machine.underVoltage ? m.node.weak : machine.throttled ? m.node.throttled : '';
  const facts: [string, string | undefined][] = [
    [m.node.kept, m.node.bundles(store.bundles)],
    [m.node.disk, store.diskFreeBytes === undefined ? undefined : bytesText(store.diskFreeBytes)],
    [m.node.temperature, temperatureC === undefined ? undefined : `${Math.round(temperatureC)} °C`],
    [m.node.power, machine.underVoltage === undefined ? undefined : power || m.node.well],
    [m.node.load, loadPercent === undefined ? undefined : `${Math.round(loadPercent)} %`],
    [m.node.memory, memoryPercent === undefined ? undefined : `${Math.round(memoryPercent)} %`],
    [
      m.node.wifi,
      wifiStations === undefined ? undefined : m.node.stations(wifiStations, wifiStationsMax),
    ],
  ];
  return (
    <section class="admin-card" aria-labelledby="node-machine">
      <h3 id="node-machine">{m.node.machine}</h3>
      <label class="meter">
        <span>{m.node.room(bytesText(store.contentBytes), bytesText(store.contentBytesMax))}</span>
        <meter min={0} max={store.contentBytesMax} value={store.contentBytes} />
      </label>
      <dl class="facts">
        {facts.map(
          ([label, value]) =>
            value !== undefined && (
              <Fragment key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </Fragment>
            ),
        )}
      </dl>
    </section>
  );
}

/** What goes over it to devices and other sites; nothing for a plain node. */
function Beyond({ report: { mqtt, uplinks = [] } }: { report: NodeReport }) {
  if (!mqtt && uplinks.length === 0) return null;
  return (
    <section class="admin-card" aria-labelledby="node-beyond">
      <h3 id="node-beyond">{m.node.beyond}</h3>
      <dl class="facts">
        {mqtt && (
          <>
            <dt>{m.node.mqtt}</dt>
            <dd>{m.node.connected(mqtt.clients)}</dd>
          </>
        )}
        {uplinks.map(({ name, state }) => (
          <Fragment key={name}>
            <dt>{m.node.uplink(neutralName(name))}</dt>
            <dd>{m.uplinkState[state] ?? neutralName(state)}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
