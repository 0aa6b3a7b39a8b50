/**
 * A site is made and grows: an admin's first node, and three blank boxes that are claimed in three
 * ways (at the command line, from a photo of its code in a phone, by a file on its card); then
 * a fourth box tries the code that was used, and a fifth is claimed while its plug is pulled again
 * and again. Everything is real; who looks and types is played.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LanNetwork } from '../lan/lan-network.ts';
import { type RigReport, runWorldRig, until, type WorldRig } from '../report.ts';
import { Box } from '../venue/box.ts';
import { BrowserPhone } from '../venue/browser-phone.ts';
import { AdminPhone } from './admin-phone.ts';
import { BoxState } from './box-state.ts';
import { Command } from './command.ts';
import { cutClaim } from './cut-claim.ts';

const blankNames = ['n1', 'n2', 'n3', 'n4', 'n5'] as const;
type BoxName = 'n0' | (typeof blankNames)[number];

const patience = { waitMsMax: 90_000, everyMs: 100 };
const claimMsMax = 60_000;
const passphrase = 'correct horse battery staple';

export function runProvision(say: (line: string) => void): Promise<RigReport> {
  return runWorldRig('provision', () => new ProvisionRig(say));
}

class ProvisionRig implements WorldRig {
  readonly figures: Record<string, number> = {};
  readonly failures: string[] = [];
  readonly #say: (line: string) => void;
  readonly #network = new LanNetwork(['n0', ...blankNames, 'phone']);
  readonly #folder = mkdtempSync(join(tmpdir(), 'muster-provision-'));
  readonly #passphraseFile = join(this.#folder, 'passphrase');
  readonly #boxes = new Map<BoxName, Box>();
  readonly #states = new Map<BoxName, BoxState>();
  readonly #commands: Command[] = [];
  #phone: BrowserPhone | undefined;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  async run(): Promise<void> {
    await this.#makeSite();
    await this.#claimByCommand();
    await this.#claimByPhone();
    const code = await this.#claimByFile();
    await this.#meshIsUp();
    await this.#useAgain(code);
    await this.#claimUnderCuts();
  }

  async close(): Promise<void> {
    for (const command of this.#commands) await command.stop();
    await this.#phone?.close().catch(() => {});
    for (const state of this.#states.values()) await state.stop();
    for (const box of this.#boxes.values()) await box.stop();
    this.#network.remove();
    if (this.failures.length === 0) rmSync(this.#folder, { recursive: true });
    else this.#say(`logs and stores are in ${this.#folder}`);
  }

  async #makeSite(): Promise<void> {
    this.#say('a site is made, and its first node');
    this.#network.make();
    writeFileSync(this.#passphraseFile, `${passphrase}\n`, { mode: 0o600 });
    const n0 = this.#makeBox('n0');
    const sheet = join(this.#folder, 'sheet.html');
    const startedMs = Date.now();
    await this.#admin('site', 'create', 'Rig', '--also-node', 'n0', '--sheet', sheet).succeeded();
    this.figures.siteCreateMs = Date.now() - startedMs;
    this.#expect(/\d\d? /.test(readFileSync(sheet, 'utf8')), 'the recovery sheet has no words');
    n0.start();
    await this.#until('n0 is ready', async () => (await this.#state('n0')).isReady);
    for (const name of ['n1', 'n2'] as const) this.#makeBox(name).start();
    for (const name of ['n1', 'n2'] as const) await this.#isBlank(name);
  }

  async #claimByCommand(): Promise<void> {
    this.#say('n1 is claimed at the command line');
    const { code } = await this.#state('n1');
    await this.#timed('claimByCommandMs', async () => {
      await this.#admin('node', 'claim', code, '--name', 'n1').succeeded();
      await this.#isLinked('n1', 1);
    });
  }

  async #claimByPhone(): Promise<void> {
    this.#say('a phone becomes an admin');
    const codeFile = join(this.#folder, 'admin-code');
    const inviting = this.#admin('admin', 'invite', 'Ada', '--file', codeFile);
    await this.#until('there is a code', async () => inviting.event('invite') !== undefined);
    const folder = mkdtempSync(join(this.#folder, 'phone'));
    const namespace = this.#network.namespace('phone');
    this.#phone = await BrowserPhone.open({ namespace, folder, url: this.#url('n0') });
    const admin = new AdminPhone(this.#phone, this.#url('n0'));
    const adminMs = Date.now();
    await admin.become(String(inviting.event('invite')!.code));
    await inviting.succeeded();
    this.figures.becomeAdminMs = Date.now() - adminMs;
    this.#say('n2 is claimed from a photo of its code');
    const photo = join(folder, 'photo.png');
    await admin.photograph(this.#url('n2'), photo);
    await this.#timed('claimByPhotoMs', async () => {
      await admin.claim(photo, { url: this.#url('n2'), name: 'n2' });
      await this.#isLinked('n2', 2);
    });
  }

  /** The code that was used. */
  async #claimByFile(): Promise<string> {
    this.#say('n3 is claimed by a file on its card');
    const file = join(this.#folder, 'muster-invite.txt');
    const inviting = this.#admin('node', 'invite', '--name', 'n3', '--file', file, '--stay');
    await this.#until('there is a code', async () => inviting.event('waiting') !== undefined);
    const n3 = this.#makeBox('n3');
    copyFileSync(file, join(this.#folder, 'n3', 'muster-invite.txt'));
    await this.#timed('claimByFileMs', async () => {
      n3.start();
      await this.#isLinked('n3', 3);
    });
    await this.#until('the admin is told', async () => inviting.event('claimed') !== undefined);
    return readFileSync(file, 'utf8').trim();
  }

  async #meshIsUp(): Promise<void> {
    this.#say('four nodes, one mesh');
    await this.#box('n3').muster('send', 'general', 'hello from the newest');
    for (const name of ['n0', 'n1', 'n2'] as const) {
      await this.#until(`${name} shows what was written at n3`, async () =>
        (await this.#state(name)).texts.includes('hello from the newest'),
      );
    }
  }

  async #useAgain(code: string): Promise<void> {
    this.#say('a fourth box tries the code that was used');
    const inviting = this.#commands.at(-1)!;
    this.#makeBox('n4').start();
    await this.#isBlank('n4');
    const claiming = new Command(this.#network.namespace('n4'), [
      ...['claim', code, '--yes', '--data', join(this.#folder, 'n4')],
    ]);
    this.#commands.push(claiming);
    const refused = await claiming.succeeded().then(
      () => '',
      (error: Error) => error.message,
    );
    this.#expect(refused !== '', 'the used code was taken again');
    this.#say(`n4 was told: ${refused.split('\n')[0]}`);
    await this.#until('the admin sees both', async () => inviting.event('second') !== undefined);
    const second = inviting.event('second')!;
    this.#expect(second.first !== second.second, 'both claimants are shown');
    this.#expect((await this.#state('n4')).isBlank, 'n4 is still unclaimed');
    this.#expect((await this.#state('n0')).links === 3, 'the mesh has the three claimed nodes');
  }

  async #claimUnderCuts(): Promise<void> {
    this.#say('the plug of a fifth box is pulled again and again while it is claimed');
    const file = join(this.#folder, 'invite-n5.txt');
    const inviting = this.#admin('node', 'invite', '--name', 'n5', '--file', file, '--stay');
    await this.#until('there is a code', async () => inviting.event('waiting') !== undefined);
    const n5 = this.#makeBox('n5');
    const folder = join(this.#folder, 'n5');
    copyFileSync(file, join(folder, 'muster-invite.txt'));
    const { cuts, faults } = await cutClaim(n5, folder);
    this.failures.push(...faults);
    this.figures.cutsUntilClaimed = cuts;
    n5.start();
    await this.#isLinked('n5', 4);
  }

  #makeBox(name: BoxName): Box {
    const folder = join(this.#folder, name);
    mkdirSync(folder);
    const box = new Box({ namespace: this.#network.namespace(name), folder, name });
    this.#boxes.set(name, box);
    this.#states.set(name, new BoxState(this.#network.namespace('phone'), this.#url(name)));
    return box;
  }

  /** What the admin types at n0. */
  #admin(...words: string[]): Command {
    const namespace = this.#network.namespace('n0');
    const keys = ['--data', join(this.#folder, 'n0'), '--passphrase-file', this.#passphraseFile];
    const command = new Command(namespace, [...words, '--yes', ...keys]);
    this.#commands.push(command);
    return command;
  }

  async #timed(figure: string, act: () => Promise<void>): Promise<void> {
    const startedMs = Date.now();
    await act();
    this.figures[figure] = Date.now() - startedMs;
    this.#expect(this.figures[figure] <= claimMsMax, `${figure} is over ${claimMsMax}`);
  }

  #isBlank(name: BoxName): Promise<void> {
    return this.#until(`${name} waits to be claimed`, async () => {
      return (await this.#state(name)).isBlank;
    });
  }

  #isLinked(name: BoxName, links: number): Promise<void> {
    return this.#until(`${name} is linked`, async () => (await this.#state(name)).links === links);
  }

  #state(name: BoxName) {
    return this.#states.get(name)!.now();
  }

  #box(name: BoxName): Box {
    return this.#boxes.get(name)!;
  }

  #url(name: string): string {
    return `http://${this.#network.address(name)}:8080`;
  }

  #until(what: string, holds: () => Promise<boolean>): Promise<void> {
    return until(what, holds, patience);
  }

  #expect(holds: boolean, what: string): void {
    if (!holds) this.failures.push(what);
  }
}
