/**
 * `muster start --nodes N`: a small mesh on one machine. Each node is a process with a data folder
 * of its own, in a line over loopback, so that the first and the last only meet through the others.
 */
import { join } from 'node:path';
import { type Clock, MusterError } from '@muster/core';
import { getJson } from '../client/get-json.ts';
import { type Config, type Environment, loadConfig } from '../config/index.ts';
import { type DataFolder, dataFolderAt, openDataFolder } from '../data-folder/data-folder.ts';
import { openSite, prepareMember, requireRoot } from '../data-folder/identity.ts';
import { lockFolder } from '../data-folder/lock.ts';
import { ownRunRecord, removeRunRecord, writeRunRecord } from '../data-folder/run-file.ts';
import { reachableAt } from './addresses.ts';
import { defaultName, logFileName, type StartOptions } from './commands/start.ts';
import type { CommandContext } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { LogFile } from './log-file.ts';
import { Member } from './member.ts';
import { anyFreePort, freePortFrom, isPortFree, portTaken } from './ports.ts';
import { untilAskedToStop } from './serve.ts';
import { showStarted } from './start-page.ts';
import { type ClientParts, clientParts } from './with-session.ts';

/** Nodes share two cores while they start, and each opens a store. */
const readyMsMax = 60_000;
const readyPollMs = 100;

interface Place {
  readonly name: string;
  readonly folder: DataFolder;
  readonly port: number;
  readonly environment: Environment;
  readonly role: 'node' | 'gateway';
}

export async function startFleet(
  context: CommandContext,
  options: StartOptions,
): Promise<ExitCode> {
  const { folder, terminal } = context;
  const askedToStop = untilAskedToStop();
  openDataFolder(folder);
  const lock = await lockFolder(folder);
  try {
    const parts = await clientParts();
    const { environment } = context.world;
    const file = folder.configFile;
    const settings = options.port === undefined ? {} : { httpPort: options.port };
    const loaded = loadConfig({ file, environment, options: settings });
    const { config } = loaded;
    const wanted = options.port !== undefined || loaded.given.has('httpPort');
    const firstPort = await choosePorts(config, options.nodes, wanted);
    const { site, made } = makeFolders(context, options, parts);
    const places = await placesOf(context, { options, firstPort });
    const members = places.map((place) => memberOf(context, place, parts.clock));
    for (const member of members) member.start();
    try {
      const ready = untilReady(places, members, parts.clock);
      // When it is stopped before, nobody waits for this any more.
      ready.catch(() => {});
      if ((await Promise.race([ready, askedToStop])) !== undefined) return ExitCode.fine;
      // The commands that name the common folder speak with the first node.
      writeRunRecord(folder.runFile, ownRunRecord(`http://127.0.0.1:${firstPort}`));
      await showStarted(context, {
        siteName: site.name,
        madeSite: made,
        nodes: places.map(({ name, port }) => ({ name, ...reachableAt(config.httpHost, port) })),
        dataFolder: folder.path,
        logFile: join(folder.path, 'node-*', logFileName),
        movedFrom: firstPort === config.httpPort ? undefined : config.httpPort,
        quarantined: undefined,
        section: await sectionOf(context, places[0]!),
        rootOpen: true,
        hasKeys: false,
        firstAdminCode: undefined,
      });
      await askedToStop;
      terminal.note('\nStopping …');
    } finally {
      removeRunRecord(folder.runFile);
      await Promise.all(members.map((member) => member.stop()));
    }
    terminal.note('Stopped. Everything is kept.');
    return ExitCode.fine;
  } finally {
    await lock.release();
  }
}

async function choosePorts(config: Config, count: number, wanted: boolean): Promise<number> {
  const { httpHost: host, httpPort: first } = config;
  if (!wanted) return freePortFrom(host, first, count);
  for (let port = first; port < first + count; port++) {
    if (!(await isPortFree(host, port))) throw await portTaken(host, port);
  }
  return first;
}

function makeFolders(
  { folder }: CommandContext,
  { nodes, site, name }: StartOptions,
  { crypto, random }: ClientParts,
) {
  const siteName = site ?? defaultName();
  const opened = openSite(folder, { crypto, random, siteName, makeSite: true });
  const rooted = requireRoot(folder, crypto, opened.site);
  for (let number = 1; number <= nodes; number++) {
    const member = memberFolder(folder, number);
    openDataFolder(member);
    prepareMember(member, rooted, { crypto, random, nodeName: memberName(number, name) });
  }
  return opened;
}

function memberFolder(folder: DataFolder, number: number): DataFolder {
  return dataFolderAt(join(folder.path, `node-${number}`));
}

function memberName(number: number, name = 'node'): string {
  return `${name}-${number}`;
}

async function placesOf(
  { folder, world }: CommandContext,
  how: { readonly options: StartOptions; readonly firstPort: number },
): Promise<Place[]> {
  const places: Place[] = [];
  const { nodes, name } = how.options;
  let previous: number | undefined;
  for (let number = 1; number <= nodes; number++) {
    const meshPort = await anyFreePort('127.0.0.1');
    const environment = {
      ...world.environment,
      MUSTER_MESH_LISTEN: `/ip4/127.0.0.1/tcp/${meshPort}`,
      MUSTER_MESH_BOOTSTRAP: previous === undefined ? '' : `/ip4/127.0.0.1/tcp/${previous}`,
      MUSTER_MESH_MDNS: 'false',
      // One adapter serves one node; of a line of them the first meets others by Bluetooth.
      ...(number > 1 ? { MUSTER_BLE_ENABLED: 'false' } : {}),
    };
    previous = meshPort;
    places.push({
      name: memberName(number, name),
      folder: memberFolder(folder, number),
      port: how.firstPort + number - 1,
      environment,
      role: number === 1 && how.options.gateway === true ? 'gateway' : 'node',
    });
  }
  return places;
}

/** The gateway of a small mesh is its first node. */
function sectionOf(context: CommandContext, { folder }: Place) {
  return context.world.extension?.startSection({ ...context, folder });
}

function memberOf({ world, terminal }: CommandContext, place: Place, clock: Clock): Member {
  const { name, folder, port, environment, role } = place;
  const own = ['run', '--data', folder.path, '--port', String(port), '--name', name];
  own.push('--role', role);
  return new Member({
    name,
    command: [...world.program, ...own],
    environment,
    clock,
    log: new LogFile(join(folder.path, logFileName)),
    onDeath: (dead, how, retryMs) =>
      terminal.note(`${dead} ended (${how}); starting it again in ${retryMs / 1000} s`),
  });
}

async function untilReady(
  places: readonly Place[],
  members: readonly Member[],
  clock: Clock,
): Promise<void> {
  const untilMs = clock.monotonicMs() + readyMsMax;
  for (const [index, { port, name }] of places.entries()) {
    while (!(await isReady(port))) {
      if (clock.monotonicMs() < untilMs) {
        await new Promise<void>((resolve) => clock.after(readyPollMs, resolve));
        continue;
      }
      const complaint = members[index]!.complaint.trim() || 'it said nothing';
      const mend = `Look into its log in ${places[index]!.folder.path}.`;
      throw new MusterError('node-not-ready', `${name} did not come up: ${complaint}`, mend);
    }
  }
}

async function isReady(port: number): Promise<boolean> {
  const answer = await getJson(`http://127.0.0.1:${port}`, '/ready').catch(() => undefined);
  return answer?.status === 200;
}
