/**
 * Fuzz target: the broker's sessions read back from a file whose rows are damaged, in ways that the
 * database's own checks do not see (step 6). Input: a change a line, `table column value` for all
 * rows of a table or `table [values]` for a row more; values in JSON. The broker opens it, or puts
 * it aside and begins anew, and serves.
 */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { createSqlitePersistence } from '@muster/gateway';
import mqtt from 'mqtt-packet';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { ErrorLog } from './error-log.ts';
import { FuzzedBroker, packetsIn, passwordOf } from './fuzzed-broker.ts';
import { inputsOf, textOf, wordsOf } from './seeds.ts';

const changesMax = 8;
const tables = ['sessions', 'subscriptions', 'messages', 'queue', 'incoming', 'retained', 'wills'];

const seeds = [
  'queue qos 2\nqueue message_id 7\nqueue released 1',
  'sessions [9,"box/other",0]\nsubscriptions [9,"rooms/+",1,null,null,null,null]',
  'messages [50,"rooms/x","text",1,0]\nqueue [60,1,50,20,1,null,0]',
  'retained [70,"rooms/hall","kept",1,"box"]\nincoming [1,44]',
  'wills ["sensor/gone","old","rooms/kitchen/door","left",1,1]',
  'sessions seen_ms 5\nqueue bytes 10\nmessages topic "rooms/y"\nretained payload ""',
];

export function createMqttStoreTarget(): FuzzTarget {
  let ground: Ground | undefined;
  return {
    name: 'mqtt-store',
    seeds: () => inputsOf(...seeds),
    dictionary: wordsOf(
      ...tables.flatMap((table) => [`\n${table} `, table]),
      ...['no ', 'client ', 'topic ', 'payload ', 'qos ', 'retain ', 'message_id ', 'released '],
      ...['9223372036854775807', '-1', '3', '65536', '9007199254740993', 'null', '""', '"#"'],
    ),
    async reset() {
      ground ??= await prepareGround();
    },
    run: (input) => runDamaged(ground!, input),
  };
}

interface Ground {
  readonly folder: string;
  /** A file as a broker leaves it. */
  readonly good: string;
}

/** Sessions, a queue, retained messages, a QoS 2 message in between: what there can be. */
async function prepareGround(): Promise<Ground> {
  const home = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(join(home, 'muster-fuzz-store-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const good = join(folder, 'good.db');
  const broker = brokerOn(good);
  await broker.start();
  const publish = { cmd: 'publish', topic: 'rooms/kitchen', dup: false, retain: false } as const;
  await visit(broker, [
    { cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: 'rooms/#', qos: 2 }] },
  ]);
  const other = await visit(broker, [], 'sensor');
  if (other.length === 0) broken('the sensor is not let in');
  await visit(
    broker,
    [
      { ...publish, qos: 1, messageId: 1, retain: true, payload: Buffer.from('waits') },
      { ...publish, qos: 2, messageId: 2, payload: Buffer.from('between') },
    ],
    'box',
    'second',
  );
  await broker.stop();
  return { folder, good };
}

function brokerOn(path: string, logger = new ErrorLog()): FuzzedBroker {
  // The disk is one that never fails and takes no time.
  const sync = (_fd: number, done: (error: null) => void): void => void setImmediate(done, null);
  return new FuzzedBroker((clock) => createSqlitePersistence({ path, clock, logger, sync }));
}

async function runDamaged({ folder, good }: Ground, input: Uint8Array): Promise<FuzzVerdict> {
  const path = join(folder, 'mqtt.db');
  copyFileSync(good, path);
  const isChanged = damage(path, textOf(input));
  const broker = brokerOn(path);
  try {
    await broker.start();
    const subscribe = { cmd: 'subscribe', messageId: 9 } as const;
    const heard = await visit(broker, [
      { ...subscribe, subscriptions: [{ topic: 'rooms/#', qos: 1 }] },
    ]);
    if (!heard.includes('suback')) broken(`a subscriber heard ${heard.join()}`);
    await broker.mustServe();
  } finally {
    await broker.stop();
  }
  const isAside = existsSync(`${path}.damaged-1`);
  for (const name of readdirSync(folder)) {
    if (name.startsWith('mqtt.db')) rmSync(join(folder, name));
  }
  return isAside ? 'put-aside' : isChanged || 'unchanged';
}

async function visit(
  broker: FuzzedBroker,
  packets: readonly mqtt.Packet[],
  username = 'box',
  clientId = 'fuzz',
): Promise<readonly string[]> {
  const socket = broker.connect();
  const common = { protocolId: 'MQTT', protocolVersion: 4, clean: false, keepalive: 60 } as const;
  const password = passwordOf(username);
  socket.push(mqtt.generate({ cmd: 'connect', ...common, clientId, username, password }));
  await broker.settle(socket);
  for (const packet of packets) socket.push(mqtt.generate(packet));
  await broker.settle(socket);
  const heard = packetsIn(socket.takeSent()).map(({ cmd }) => cmd);
  socket.push(null);
  socket.destroy();
  await broker.settle(socket);
  return heard;
}

/** True when any change took; what the format forbids no file can hold. */
function damage(path: string, text: string): boolean {
  const db = new DatabaseSync(path);
  let changes = 0n;
  for (const line of text.split('\n').slice(0, changesMax)) {
    const [, table = '', column, value = ''] = /^(\w+) (?:(\w+) )?(.*)$/.exec(line) ?? [];
    if (!tables.includes(table)) continue;
    try {
      const values = valuesOf(value);
      const sql =
        column === undefined
          ? `INSERT OR REPLACE INTO ${table} VALUES (${values.map(() => '?').join()})`
          : `UPDATE ${table} SET ${column} = ?`;
      changes += BigInt(db.prepare(sql).run(...values).changes);
    } catch {
      // Another form than the table has.
    }
  }
  db.close();
  return changes > 0n;
}

function valuesOf(text: string): SQLInputValue[] {
  const parsed: unknown = JSON.parse(text.replace(/(?<![\w."])-?\d{16,19}(?![\w."])/g, '"n$&"'));
  return (Array.isArray(parsed) ? parsed : [parsed]).map((value) => {
    if (typeof value === 'string' && /^n-?\d+$/.test(value)) return BigInt(value.slice(1));
    return Number.isInteger(value) ? BigInt(value) : (value as SQLInputValue);
  });
}
