/**
 * A site with something to see for an admin: three nodes of which one is a gateway, people who
 * talk, and a few acts in the trail. For the tests and pictures of the admin's views.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { becomeAdmin, goTo } from './admin.ts';
import { type RunningAgent, startAgent } from './agent.ts';
import { Phone, type PhoneOptions } from './phone.ts';
import { Stranger } from './stranger.ts';

export interface AdminScene {
  /** The box of the admin's phone: a gateway, on which the site's root lies open. */
  readonly agent: RunningAgent;
  readonly people: readonly Stranger[];
  remove(): Promise<void>;
}

/** By the titles of the navigation, in its order. */
export const siteViews = [
  'Overview',
  'Nodes',
  'People',
  'Site rules',
  'Channels',
  'Devices and uplinks',
  'Shut out, epoch',
  'Trail',
  'Protected page',
] as const;

export async function adminScene(): Promise<AdminScene> {
  const channels = ['general', 'help', 'programme'];
  const shared = { channels, mdns: true };
  const site = 'Harbour Days';
  const agent = await startAgent({ ...shared, site, name: 'Info tent', gateway: true });
  const further = await Promise.all(
    ['Lighthouse', 'Pier'].map((name) => startAgent({ ...shared, name, siteOf: agent })),
  );
  // The root made their certificates, and lies open on the first box alone.
  await Promise.all(further.map(({ dataFolder }) => rm(join(dataFolder, 'site.key'))));
  const names = ['Mira', 'Jonas', 'Sanne', 'Theo'];
  const people = await Promise.all(
    names.map((name, i) => Stranger.come(agent.origin, 101 + i, name)),
  );
  const all = [agent, ...further];
  const remove = async () => void (await Promise.all(all.map((one) => one.remove())));
  return { agent, people, remove };
}

/** An admin's phone in the unlocked area of this scene. */
export async function adminPhone(
  browser: Browser,
  { agent }: AdminScene,
  options: PhoneOptions = {},
): Promise<Phone> {
  const phone = await Phone.open(browser, agent.origin, options);
  await phone.nameIt('Ada');
  await becomeAdmin(phone, agent);
  const nodes = phone.page.locator('.node-item .node-about', { hasText: 'heard' });
  await nodes.nth(2).waitFor();
  return phone;
}

/** Does a little of everything, so that no view stays empty. */
export async function actALittle(phone: Phone): Promise<void> {
  const { page } = phone;
  await goTo(phone, 'People');
  // Whoever has a role stands in a list of their own too: the last one is who is here.
  const change = async (name: string, button: string) => {
    const person = page.locator('.known-person', { hasText: name }).last();
    await person.getByRole('button', { name: `Change the role of ${name}` }).click();
    await person.getByRole('button', { name: button }).click();
    return person;
  };
  await change('Mira', 'Make staff');
  await page.getByText('Mira is staff from their next connection on.').waitFor();
  await change('Jonas', 'Make user');
  await page.getByText('Jonas is a user from their next connection on.').waitFor();
  const sanne = await change('Sanne', 'Shut out');
  await sanne.getByRole('button', { name: 'Shut out' }).click();
  await page.getByText('Sanne is shut out.').waitFor();
  await goTo(phone, 'Site rules');
  await page.getByLabel(/Shown to everybody/).fill('The north gate is closed until 15:30.');
  await page.getByRole('button', { name: 'Put these rules in force' }).click();
  await page.getByText('These rules are in force.').waitFor();
  await goTo(phone, 'Devices and uplinks');
  await page.getByLabel('Name of the client').fill('gate-sensor');
  await page.getByRole('button', { name: 'Admit it' }).click();
  await page.getByText('gate-sensor may connect.').waitFor();
}
