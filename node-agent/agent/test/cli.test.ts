/** The commands that speak with a running agent, and what they write for people and programs. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MusterError } from '@muster/core';
import { writeRecord } from '@muster/provisioning';
import { reachableAt } from '../src/cli/addresses.ts';
import { bytesText, durationText } from '../src/cli/amount.ts';
import { inert, Terminal } from '../src/cli/terminal.ts';
import { version } from '../src/version.ts';
import { startAgent, temporaryFolder } from './support/real-agent.ts';
import { muster } from './support/run-muster.ts';

test('help says what there is, and wrong words are answered with a hint', async () => {
  const help = await muster(['--help']);
  assert.equal(help.code, 0);
  const words = [
    ...['start', 'run', 'status', 'channel', 'send', 'tail', 'site', 'vault', 'admin', 'node'],
    ...['claim', 'ticket', 'guest', 'revoke', 'ble', 'config', 'doctor'],
  ];
  for (const word of words) {
    assert.match(help.out, new RegExp(`^  ${word}\\b`, 'm'));
    const one = await muster([word, '--help']);
    assert.equal(one.code, 0, word);
    assert.match(one.out, /^Usage: muster /);
  }
  assert.ok(help.out.split('\n').every((line) => line.length <= 100));
  const wrong = await muster(['sned']);
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /Did you mean send\?/);
  assert.equal((await muster(['status', '--bogus'])).code, 2);
  assert.equal((await muster(['start', '--nodes', '10'])).code, 2);
  assert.equal((await muster(['--version'])).out.trim(), version);
});

test('the version is that of the package', () => {
  const file = new URL('../package.json', import.meta.url);
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).version, version);
});

test('without an agent: a line what, a line mend, exit code 3, JSON for programs', async (t) => {
  const data = temporaryFolder(t);
  for (const command of [
    ['status'],
    ['send', 'general', 'x'],
    ['tail', 'general'],
    ['channel', 'list'],
  ]) {
    const { code, out, err } = await muster([...command, '--data', data]);
    assert.equal(code, 3, command.join(' '));
    assert.equal(out, '');
    assert.match(err, /^Error: No agent answers at .*\n {2}Start it with: muster start\..*\n$/);
    const json = await muster([...command, '--data', data, '--json']);
    assert.equal(JSON.parse(json.err).error.code, 'agent-unreachable');
  }
  const url = 'http://127.0.0.1:9';
  assert.equal((await muster(['status', '--url', url, '--data', data])).code, 3);
  assert.equal((await muster(['status', '--url', 'nonsense', '--data', data])).code, 3);
  const debug = await muster(['status', '--data', data, '--debug']);
  assert.match(debug.err, /\n {4}at /);
});

test('what is sent is held and shown, as text and as JSON, by name, tag and code', async (t) => {
  const agent = await startAgent(t);
  const own = ['--url', agent.url, '--data', temporaryFolder(t)];
  const sent = await muster(['send', 'general', 'Hello', 'all', ...own]);
  assert.deepEqual([sent.code, sent.out, sent.err], [0, '', 'Held at 1 node.\n']);
  const piped = await muster(['send', '#general', '--as', 'Ada', '--json', ...own], {
    input: 'two\nlines\n',
  });
  assert.equal(piped.code, 0);
  const { state, id } = JSON.parse(piped.out);
  assert.equal(state, 'held');
  const tail = await muster(['tail', 'general', '--no-follow', ...own]);
  assert.match(tail.out, /^\d\d:\d\d box: Hello all\n\d\d:\d\d Ada: two lines\n$/);
  const json = await muster(['tail', 'general', '--no-follow', '-n', '1', '--json', ...own]);
  const message = JSON.parse(json.out);
  assert.equal(message.id, id);
  assert.deepEqual([message.name, message.text, message.role], ['Ada', 'two\nlines', 'guest']);
  const unknown = await muster(['send', 'nowhere', 'x', ...own]);
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /shows no channel #nowhere\n {2}It shows #general\./);
  assert.equal((await muster(['send', 'general', ' ', ...own])).code, 1);
});

test('a tag or key that begins with a dash is no option', async (t) => {
  const agent = await startAgent(t);
  const own = ['--url', agent.url, '--data', temporaryFolder(t)];
  for (const tag of [`-${'a'.repeat(21)}`, `--${'a'.repeat(20)}`]) {
    const sent = await muster(['send', tag, 'text', ...own]);
    assert.equal(sent.code, 1);
    assert.match(sent.err, new RegExp(`shows no channel #${tag}\n`));
  }
  const writer = `-${'A'.repeat(42)}`;
  const news = ['channel', 'create', 'news', '--kind', 'announcement', '--json', ...own];
  const made = await muster([...news, '--writer', writer, `-${'B'.repeat(41)}A`]);
  assert.deepEqual(JSON.parse(made.out).writers, [writer, `-${'B'.repeat(41)}A`]);
  for (const wrong of ['-abc', '--no-such-option-is-here']) {
    const { code, err } = await muster(['send', 'general', 'text', wrong, ...own]);
    assert.equal(code, 2);
    assert.match(err, /unknown option[\s\S]*goes behind --/);
  }
});

test('a channel is made, listed, shown, changed, written into; a private one too', async (t) => {
  const agent = await startAgent(t);
  const own = ['--url', agent.url, '--data', temporaryFolder(t)];
  const made = await muster(['channel', 'create', 'news', '--topic', 'first', ...own]);
  assert.match(made.out, /^#news \(public\)\n {2}Topic {4}first\n/);
  await muster(['channel', 'create', 'news', '--topic', 'second', ...own]);
  // The list follows the store after a moment; asking until it does is what a person would do.
  let list = await muster(['channel', 'list', ...own]);
  for (let i = 0; i < 50 && !list.out.includes('second'); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    list = await muster(['channel', 'list', ...own]);
  }
  assert.match(list.out, /^#general +site\n#news +public +second\n$/);
  const shown = JSON.parse((await muster(['channel', 'show', 'news', '--json', ...own])).out);
  assert.equal((await muster(['send', shown.tag, 'by tag', ...own])).code, 0);
  assert.equal((await muster(['send', shown.code, 'by code', ...own])).code, 0);
  const secret = await muster(['channel', 'create', 's', '--kind', 'private', '--json', ...own]);
  const { code } = JSON.parse(secret.out);
  assert.equal((await muster(['send', code, 'psst', ...own])).code, 0);
  const tail = await muster(['tail', code, '--no-follow', ...own]);
  assert.match(tail.out, /: psst\n$/);
  const other = ['--url', agent.url, '--data', temporaryFolder(t)];
  assert.match((await muster(['tail', code, '--no-follow', ...other])).out, /: psst\n$/);
  const bad = await muster(['channel', 'create', 'a\u001b[2Jb', ...own]);
  assert.equal(bad.code, 1);
});

test('a message that is not taken now is kept, and goes first with the next', async (t) => {
  const agent = await startAgent(t);
  const data = temporaryFolder(t);
  const own = ['--url', agent.url, '--data', data];
  assert.equal((await muster(['send', 'general', 'one', ...own])).code, 0);
  const file = join(data, 'cli.key');
  const before = JSON.parse(readFileSync(file, 'utf8'));
  // As after a power cut: the second was signed and written down, and no answer came.
  assert.equal((await muster(['send', 'general', 'two', ...own])).code, 0);
  const after = JSON.parse(readFileSync(file, 'utf8'));
  assert.equal(after.seq, before.seq + 1);
  const again = await startAgent(t);
  const elsewhere = ['--url', again.url, '--data', data];
  assert.equal((await muster(['send', 'general', 'of another site', ...elsewhere])).code, 0);
  // A device that was put back from a backup goes on past what others have seen of it.
  writeFileSync(file, JSON.stringify(before));
  assert.equal((await muster(['send', 'general', 'three', ...own])).code, 0);
  const { seq } = JSON.parse(readFileSync(file, 'utf8'));
  assert.equal(seq, after.seq + 1);
  const tail = await muster(['tail', 'general', '--no-follow', ...own]);
  assert.match(tail.out, /one\n.*two\n.*three\n$/);
});

test('status shows the node on one screen', async (t) => {
  const agent = await startAgent(t);
  const { out } = await muster(['status', '--url', agent.url]);
  const expected = [
    `box of site Camp, Muster ${version}`,
    `  Address     ${agent.url}`,
    /^ {2}Up {10}.*, 1 start in all$/,
    /^ {2}Clock {7}/,
    /^ {2}Store {7}0 bundles, 0 bytes of 537 MB; .* free on the disk$/,
    '  Clients     0',
    '  Trust       epoch 0, 0 revoked keys',
    '  Neighbours  none',
  ];
  for (const [index, line] of out.trimEnd().split('\n').entries()) {
    const wanted = expected[index]!;
    if (typeof wanted === 'string') assert.equal(line, wanted);
    else assert.match(line, wanted);
  }
  const json = JSON.parse((await muster(['status', '--url', agent.url, '--json'])).out);
  assert.equal(json.node.name, 'box');
});

test('config check shows what is in force, or every problem at once', async (t) => {
  const data = temporaryFolder(t);
  const fine = await muster(['config', 'check', '--data', data], {
    environment: { MUSTER_HTTP_PORT: '99' },
  });
  assert.equal(fine.code, 0);
  assert.match(fine.out, /http\.port +99\n/);
  writeFileSync(join(data, 'muster.jsonc'), '{\n  "http": { "prot": 1, "host": 5 }\n}');
  const wrong = await muster(['config', 'check', '--data', data]);
  assert.equal(wrong.code, 1);
  const file = join(data, 'muster.jsonc');
  assert.ok(
    wrong.err.startsWith(`Error: ${file}:2:13: unknown key "prot"\n  Did you mean "port"?\n`),
  );
  assert.ok(wrong.err.includes(`Error: ${file}:2:32: http.host must be text in quotes\n`));
  const json = await muster(['config', 'check', '--data', data, '--json']);
  assert.equal(JSON.parse(json.err).error.problems.length, 2);
});

test('doctor looks at everything, also where nothing runs', async (t) => {
  const data = temporaryFolder(t);
  const { code, out } = await muster(['doctor', '--data', data]);
  assert.equal(code, 0, out);
  const names = out
    .split('\n')
    .flatMap((line) => /^(?:ok {2}|warn|fail) {2}(\S.{11})/.exec(line)?.[1]?.trim() ?? []);
  const expected = [
    ...['Node.js', 'data folder', 'disk', 'config', 'keys', 'trust', 'https', 'store'],
    ...['clock', 'agent', 'port', 'network', 'Wi-Fi', 'bluetooth', 'ble privacy'],
    ...['ble settings', 'ble channels', 'neighbours'],
  ];
  assert.deepEqual(names, expected);
  writeFileSync(join(data, 'site.json'), 'damaged');
  const wifi = { ssid: 'Harbour', password: 'long enough', country: 'DE', mode: 'join' };
  writeRecord(join(data, 'wifi.json'), 'wifi', { members: wifi });
  const failed = await muster(['doctor', '--data', data, '--json']);
  assert.equal(failed.code, 1);
  const { findings } = JSON.parse(failed.out);
  const keys = findings.find(({ name }: { name: string }) => name === 'keys');
  assert.match(keys.text, /is damaged$/);
  assert.match(keys.mend, /backup/);
  const told = findings.find(({ name }: { name: string }) => name === 'Wi-Fi');
  assert.match(told.text, /is to join Harbour$/);
  assert.match(told.mend, /changes no Wi-Fi yet/);
});

test('errors show no stack unless asked, and strangers’ text cannot move the cursor', () => {
  let err = '';
  const output = {
    write(text: string) {
      err += text;
    },
  };
  const options = { out: output, err: output, json: false, noColour: true };
  new Terminal({ ...options, debug: false }).fail(new Error('broken'));
  assert.match(err, /^Error: broken\n {2}This should not happen\./);
  assert.ok(!err.includes('    at '));
  err = '';
  const cause = new Error('why');
  new Terminal({ ...options, debug: true }).fail(new MusterError('c', 'm', 'Mend.', { cause }));
  assert.match(err, /^Error: m\n {2}Mend\.\n[\s\S]*caused by Error: why/);
  assert.equal(inert('a\u001b[31mb\u0007\n\u202ec\u200bd'), 'ab cd');
});

test('amounts and addresses read as people say them', () => {
  assert.deepEqual([0, 999, 1234, 78e9].map(bytesText), [
    '0 bytes',
    '999 bytes',
    '1.2 kB',
    '78 GB',
  ]);
  assert.deepEqual([0, 59e3, 3.7e6, 9e7].map(durationText), [
    '0 s',
    '59 s',
    '1 h 1 min',
    '1 d 1 h',
  ]);
  const own = [
    { address: '172.17.0.1', interface: 'docker0', family: 'IPv4', internal: false },
    { address: '10.0.0.2', interface: 'eth0', family: 'IPv4', internal: false },
    { address: '192.168.4.1', interface: 'wlan0', family: 'IPv4', internal: false },
    { address: 'fe80::1', interface: 'wlan0', family: 'IPv6', internal: false },
    { address: '127.0.0.1', interface: 'lo', family: 'IPv4', internal: true },
  ] as const;
  const { lan, local } = reachableAt('0.0.0.0', 8080, own);
  const hosts = ['192.168.4.1', '10.0.0.2', '172.17.0.1'];
  assert.deepEqual(
    lan,
    hosts.map((host) => `http://${host}:8080`),
  );
  assert.equal(local, 'http://localhost:8080');
  assert.deepEqual(reachableAt('127.0.0.1', 80, own), { lan: [], local: 'http://127.0.0.1' });
});
