/** The views of the admin area, in the order of its navigation. */
import { Power } from '@muster/core';
import { m } from '../strings/site.en.ts';
import { BoxIcon, HornIcon, PeopleIcon, ShieldIcon } from '../ui/icons.tsx';
import '../style/site-views.css';
import '../style/site-map.css';
import { ChannelsView } from './channels/channels-view.tsx';
import { HttpsView } from './https/https-view.tsx';
import { Overview } from './map/overview.tsx';
import { problemsOf } from './map/problems.ts';
import { MqttView } from './mqtt/mqtt-view.tsx';
import { NodesView } from './nodes/nodes-view.tsx';
import { PeopleView } from './people/people-view.tsx';
import { RevokedView } from './rules/revoked-view.tsx';
import { RulesView } from './rules/rules-view.tsx';
import { TrailView } from './trail/trail-view.tsx';
import type { AdminView } from './view.ts';
import { MapIcon, PlugIcon, RulesIcon, StopIcon, TrailIcon } from './view-icons.tsx';

export const adminViews: readonly AdminView[] = [
  {
    path: '',
    title: m.view.overview,
    icon: MapIcon,
    View: Overview,
    count: ({ site }) => (site.value ? problemsOf(site.value).length : 0),
  },
  { path: 'nodes', title: m.view.nodes, icon: BoxIcon, View: NodesView },
  {
    path: 'people',
    title: m.view.people,
    icon: PeopleIcon,
    View: PeopleView,
    count: ({ guestsWaiting }) => guestsWaiting.value.length,
  },
  { path: 'rules', title: m.view.rules, icon: RulesIcon, View: RulesView, power: Power.rules },
  { path: 'channels', title: m.view.channels, icon: HornIcon, View: ChannelsView },
  { path: 'mqtt', title: m.view.mqtt, icon: PlugIcon, View: MqttView },
  { path: 'revoked', title: m.view.revoked, icon: StopIcon, View: RevokedView },
  { path: 'trail', title: m.view.trail, icon: TrailIcon, View: TrailView },
  { path: 'https', title: m.view.https, icon: ShieldIcon, View: HttpsView },
];
