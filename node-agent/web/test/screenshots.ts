/**
 * Draws the pictures in docs/screenshots: a small mesh with people who talk, as phones and a
 * desktop see it, light and dark. Run it with `npm run screenshots -w @muster/web` after a build.
 */
import {
  BundleKind,
  ChannelKind,
  Crossing,
  channelTag,
  encodeDescription,
  Role,
  siteChannelTag,
  utf8,
} from '@muster/core';
import type { Browser } from 'playwright-core';
import { type RunningAgent, startAgent } from './support/agent.ts';
import { harbour, news, otherSite, otherTicket, rule } from './support/other-site.ts';
import { launchBrowser, Phone, type PhoneOptions } from './support/phone.ts';
import { preparePictures, shoot } from './support/pictures.ts';
import { crypto, keyPair } from './support/site.ts';
import { staffTicket } from './support/staff.ts';
import { Stranger } from './support/stranger.ts';
import { adopt, bring, writeFor } from './support/uplink.ts';

/** A time zone in which it is early afternoon now. */
function afternoonZone(): string {
  const ahead = 15 - new Date().getUTCHours();
  const hours = ahead < -12 ? ahead + 24 : ahead > 12 ? ahead - 24 : ahead;
  return hours === 0 ? 'Etc/GMT' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

const minute = 60_000;

interface Scene {
  readonly agent: RunningAgent;
  readonly people: Record<'mira' | 'jonas' | 'sanne' | 'theo' | 'crew', Stranger>;
}

async function set(): Promise<Scene> {
  const agent = await startAgent({
    nodes: 3,
    site: 'Harbour Days',
    channels: ['general', 'help', 'programme'],
  });
  const at = (node: number) => `http://localhost:${agent.port + node}`;
  const [mira, jonas, sanne, theo, crew] = await Promise.all([
    Stranger.come(at(0), 101, 'Mira'),
    Stranger.come(at(1), 122, 'Jonas'),
    Stranger.come(at(2), 113, 'Sanne'),
    Stranger.come(at(0), 104, 'Theo'),
    Stranger.come(at(0), 120, 'Harbour crew', await staffTicket(agent)),
  ]);
  const people = { mira, jonas, sanne, theo, crew };
  const start = Date.now() - 13 * minute;
  const say = (who: Stranger, name: string, said: [number, string, string]) => {
    const [after, channel, text] = said;
    return who.write({ name, text, tag: who.channel(channel), ms: start + after * minute });
  };
  await say(crew, 'Harbour crew', [0, 'programme', '15:00 Brass on the pier. 16:30 Boat parade.']);
  await say(theo, 'Theo', [1, 'help', 'Lost a small red rucksack near the ferris wheel.']);
  await say(sanne, 'Sanne', [3, 'help', 'Somebody brought one to the info tent, go and look.']);
  await say(mira, 'Mira', [2, 'general', 'Is the ferry still running? No signal out here at all.']);
  await say(jonas, 'Jonas', [4, 'general', 'Yes, every 20 minutes. Just came over with it.']);
  await say(jonas, 'Jonas', [4.4, 'general', 'Last one back is at 22:10.']);
  await say(crew, 'Harbour crew', [
    7,
    'general',
    'The north gate is closed for half an hour while we move the stage. ' +
      'Please use the gate at the lighthouse.',
  ]);
  await describe(sanne, 'lost-and-found', 'Things that found somebody', ChannelKind.public);
  await describe(
    crew,
    'first-aid',
    'Where the first-aiders are right now',
    ChannelKind.announcement,
  );
  return { agent, people };
}

async function describe(by: Stranger, name: string, topic: string, kind: ChannelKind) {
  const label = utf8(name);
  const tag = channelTag(crypto, { site: by.site, creator: by.key.publicKey, label });
  const sealed = new Uint8Array(0);
  const payload = encodeDescription({ kind, revision: 0, label, topic, writers: [], sealed });
  await by.write({ tag, kind: BundleKind.channelDescription, payload });
}

type Look = PhoneOptions & { readonly name: string };

const looks: readonly Look[] = [
  { name: '360-light' },
  { name: '360-dark', dark: true },
  { name: '1280-light', width: 1280, height: 800 },
  { name: '1280-dark', width: 1280, height: 800, dark: true },
];

async function story(browser: Browser, scene: Scene, look: Look): Promise<void> {
  const { agent, people } = scene;
  const ada = await Phone.open(browser, agent.origin, {
    ...look,
    scale: 2,
    timezone: afternoonZone(),
  });
  const { page } = ada;
  const isPhone = look.width === undefined;
  const sheet = async (name: string) => {
    await page.getByRole('dialog').waitFor();
    const wanted = look.name === '360-light' || (isPhone && name === 'settings');
    if (wanted) await shoot(ada, `${name}-${look.name}`);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };
  await page.getByLabel('Your name').fill('Ada');
  await shoot(ada, `start-${look.name}`);
  await ada.nameIt('Ada');
  await page.getByText('Join').last().waitFor();
  await ada.openChannel('general');
  await ada.sees('gate at the lighthouse');
  await ada.write('Thanks! Walking over there now.');
  await ada.seesState('Thanks! Walking over there now.', /held at \d nodes/);
  await people.mira.write({ name: 'Mira', text: 'Me too. See you at the lighthouse' });
  await ada.sees('Me too.');
  await shoot(ada, `channel-${look.name}`);
  if (isPhone) await page.getByRole('link', { name: 'Back to the channels' }).click();
  await people.theo.write({
    name: 'Theo',
    text: 'It was mine! Thank you, whoever you are.',
    tag: people.theo.channel('help'),
  });
  await page.locator('.unread').first().waitFor();
  if (isPhone) await shoot(ada, `channels-${look.name}`);
  await page.getByRole('button', { name: /Who is here/ }).click();
  await sheet('here');
  await page.getByRole('button', { name: 'Settings' }).click();
  await sheet('settings');
  await page.getByRole('button', { name: 'New channel' }).click();
  await sheet('new-channel');
  await page.getByRole('button', { name: 'Join by code' }).click();
  await sheet('join');
  if (isPhone) await ada.openChannel('general');
  await page.getByRole('button', { name: 'Invite people' }).click();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  await sheet('invite');
  await page.locator('.row-other .meta').first().click();
  await sheet('message');
  await page.getByRole('button', { name: 'About this channel' }).click();
  await sheet('about');
  await agent.kill();
  await ada.offline();
  await ada.write('The ferry is coming in now. I will keep you a place.');
  await ada.seesState('The ferry is coming in now.', 'waiting');
  if (isPhone) await shoot(ada, `offline-${look.name}`);
  await page
    .getByRole('button', { name: /^offline/ })
    .last()
    .click();
  await sheet('connection');
  await ada.close();
}

/** Another site's channel and people, a sensor, and a message that stays. */
async function otherSites(browser: Browser, look: Look): Promise<void> {
  const agent = await startAgent({
    uplink: true,
    name: 'Box 3',
    site: 'Camp Lakeside',
    channels: ['general', 'help'],
  });
  const rules = (site: Uint8Array, siteKey: Uint8Array) => {
    const tag = siteChannelTag(crypto, siteKey, 'general');
    const { both: crossing } = Crossing;
    return [rule(), rule({ tag, name: 'general', home: site, crossing })];
  };
  await adopt(agent, { revision: 1, pins: [harbour], rules });
  const jonas = await Stranger.come(agent.origin, 122, 'Jonas');
  const tag = jonas.channel('general');
  const pier = keyPair(61);
  const crew = {
    name: 'Pier office',
    author: pier,
    site: otherSite,
    ticket: otherTicket(pier.publicKey, Role.staff),
  };
  const start = Date.now() - 9 * minute;
  await bring(agent, { ...crew, tag: news, text: 'Ferries run until 22:10.', ms: start });
  await jonas.write({ name: 'Jonas', text: 'Is the ferry still running?', ms: start });
  const sanne = keyPair(113);
  await bring(agent, {
    tag,
    author: sanne,
    name: 'Sanne',
    site: otherSite,
    ticket: otherTicket(sanne.publicKey),
    text: 'Yes, I can see it from the pier.',
    ms: start + 3 * minute,
  });
  const gate = { tag, name: 'gate-sensor', text: 'North gate: closed' };
  await writeFor(agent, 'gate-sensor', gate);
  const ada = await Phone.open(browser, agent.origin, {
    ...look,
    scale: 2,
    timezone: afternoonZone(),
  });
  await ada.nameIt('Ada');
  await ada.page.getByText('Ferries run').waitFor();
  const isPhone = look.width === undefined;
  if (isPhone) await shoot(ada, `other-sites-${look.name}`);
  await ada.openChannel('general');
  await ada.page.getByRole('checkbox').check();
  await ada.write('Who takes the key to the boathouse?');
  await ada.seesState('Who takes the key', 'held');
  await shoot(ada, `crossing-${look.name}`);
  await ada.close();
  await jonas.leave();
  await agent.remove();
}

async function main(): Promise<void> {
  await preparePictures();
  const browser = await launchBrowser();
  try {
    for (const look of looks) {
      await otherSites(browser, look);
      const scene = await set();
      try {
        await story(browser, scene, look);
      } finally {
        await scene.agent.remove();
      }
    }
  } finally {
    await browser.close();
  }
}

await main();
