/** What MQTT 3.1.1 promises, seen through mosquitto's own client tools. */
import assert from 'node:assert/strict';
import { deliveries, type Tool, Tools } from '../mosquitto-clients.ts';
import type { Arena, RigCase } from '../rig-case.ts';

const waitS = '3';

interface ToolCase {
  readonly name: string;
  run(tools: Tools): Promise<string>;
}

async function end(subscriber: Tool): Promise<string[]> {
  return deliveries(await subscriber.ended);
}

const qosBothWays = ([sent, wanted]: readonly [number, number]): ToolCase => ({
  name: `published at QoS ${sent}, subscribed at QoS ${wanted}`,
  async run(tools) {
    const topic = `tools/qos/${sent}${wanted}`;
    const reader = await tools.subscriber('-t', topic, '-q', `${wanted}`, '-C', '2', '-W', waitS);
    await tools.publish('-t', topic, '-q', `${sent}`, '-m', 'first');
    await tools.publish('-t', topic, '-q', `${sent}`, '-m', 'second');
    const ended = await reader.ended;
    assert.deepEqual(deliveries(ended), [`${topic} first`, `${topic} second`]);
    const q = Math.min(sent, wanted);
    assert.ok(ended.lines.some((line) => line.includes('PUBLISH') && line.includes(`q${q}`)));
    return `both, at QoS ${q}`;
  },
});

const retained: ToolCase = {
  name: 'retained: set, replaced, cleared',
  async run(tools) {
    const topic = 'tools/retained';
    const seen = () => tools.subscribe('-t', topic, '-W', '1', '--retained-only', '-C', '1');
    await tools.publish('-t', topic, '-r', '-q', '1', '-m', 'one');
    assert.deepEqual((await seen()).lines, ['one']);
    await tools.publish('-t', topic, '-r', '-q', '1', '-m', 'two');
    assert.deepEqual((await seen()).lines, ['two']);
    await tools.publish('-t', topic, '-r', '-q', '1', '-n');
    assert.deepEqual((await seen()).lines, []);
    return 'one, two, none';
  },
};

const retainedFlag: ToolCase = {
  name: 'retained flag: set for a new subscription, not for a live one',
  async run(tools) {
    const topic = 'tools/flag';
    const live = await tools.subscriber('-t', topic, '-C', '1', '-W', waitS, '-F', 'tools/%r');
    await tools.publish('-t', topic, '-r', '-q', '1', '-m', 'x');
    assert.deepEqual(await end(live), ['tools/0']);
    const late = await tools.subscribe('-t', topic, '-C', '1', '-W', waitS, '-F', 'tools/%r');
    assert.deepEqual(late.lines, ['tools/1']);
    return '0, 1';
  },
};

const will: ToolCase = {
  name: 'will: after a cut, not after DISCONNECT',
  async run(tools) {
    const reader = await tools.subscriber('-t', 'tools/will/+', '-C', '1', '-W', waitS);
    const dying = (name: string) => {
      const topic = `tools/will/${name}`;
      const about = ['--will-topic', topic, '--will-payload', 'gone', '--will-qos', '1'];
      return tools.subscriber('-t', 'tools/none', ...about);
    };
    const polite = await dying('polite');
    polite.interrupt();
    await polite.ended;
    (await dying('cut')).kill();
    assert.deepEqual(await end(reader), ['tools/will/cut gone']);
    return 'of the cut one alone';
  },
};

const session: ToolCase = {
  name: 'persistent session: what came meanwhile waits',
  async run(tools) {
    const about = ['-c', '-i', 'keeper', '-q', '1', '-t', 'tools/kept'];
    const first = await tools.subscriber(...about);
    first.interrupt();
    await first.ended;
    for (const text of ['a', 'b', 'c'])
      await tools.publish('-t', 'tools/kept', '-q', '1', '-m', text);
    const second = await tools.subscribe(...about, '-C', '3', '-W', waitS);
    assert.deepEqual(second.lines, ['a', 'b', 'c']);
    return 'three, in order';
  },
};

const cleanSession: ToolCase = {
  name: 'clean session: nothing waits',
  async run(tools) {
    const about = ['-c', '-i', 'cleaner', '-q', '1', '-t', 'tools/cleaned'];
    const first = await tools.subscriber(...about);
    first.interrupt();
    await first.ended;
    // Without -c: this ends the session that was kept.
    const again = await tools.subscriber('-i', 'cleaner', '-t', 'tools/other');
    again.interrupt();
    await again.ended;
    await tools.publish('-t', 'tools/cleaned', '-q', '1', '-m', 'unseen');
    const third = await tools.subscribe(...about, '-W', '1');
    assert.deepEqual(third.lines, []);
    return 'none';
  },
};

const overlapping: ToolCase = {
  name: 'overlapping subscriptions: at least once, no more than by each',
  async run(tools) {
    const filters = ['-t', 'tools/over/#', '-t', 'tools/over/+', '-t', 'tools/over/x'];
    const reader = await tools.subscriber(...filters, '-W', '2');
    await tools.publish('-t', 'tools/over/x', '-q', '1', '-m', 'm');
    const count = (await end(reader)).length;
    assert.ok(count >= 1 && count <= 3, `${count} copies`);
    return `${count} of 3 allowed`;
  },
};

const wildcards: ToolCase = {
  name: 'wildcards: + is one level, # the rest and its parent',
  async run(tools) {
    const one = await tools.subscriber('-t', 'tools/w/+/x', '-W', '2');
    const rest = await tools.subscriber('-t', 'tools/w/#', '-W', '2');
    for (const topic of ['tools/w', 'tools/w/a/x', 'tools/w//x', 'tools/w/a/b/x']) {
      await tools.publish('-t', topic, '-q', '1', '-m', '.');
    }
    assert.deepEqual(await end(one), ['tools/w/a/x .', 'tools/w//x .']);
    assert.equal((await end(rest)).length, 4);
    return '2 and 4';
  },
};

const unsubscribed: ToolCase = {
  name: 'UNSUBSCRIBE ends delivery',
  async run(tools) {
    const about = ['-t', 'tools/un/#', '-t', 'tools/stay', '-U', 'tools/un/#', '-W', '2'];
    const reader = await tools.subscriber(...about);
    await reader.says('UNSUBACK');
    await tools.publish('-t', 'tools/un/x', '-q', '1', '-m', 'unseen');
    await tools.publish('-t', 'tools/stay', '-q', '1', '-m', 'seen');
    assert.deepEqual(await end(reader), ['tools/stay seen']);
    return 'the other one alone';
  },
};

const takeover: ToolCase = {
  name: 'the same client id again takes over',
  async run(tools) {
    const about = ['-i', 'twin', '-t', 'tools/twin', '-C', '1', '-W', waitS];
    const older = await tools.subscriber(...about);
    const newer = await tools.subscriber(...about);
    // The older one comes back after a second, and would take over in turn.
    await tools.publish('-t', 'tools/twin', '-q', '1', '-m', 'once');
    assert.deepEqual(await end(newer), ['tools/twin once']);
    older.kill();
    assert.deepEqual(await end(older), []);
    return 'the newer one is served';
  },
};

const keepalive: ToolCase = {
  name: 'keep-alive of 5 s, kept by PINGREQ',
  async run(tools) {
    const reader = await tools.subscriber('-k', '5', '-t', 'tools/alive', '-C', '1', '-W', '12');
    await reader.says('PINGRESP');
    await tools.publish('-t', 'tools/alive', '-q', '1', '-m', 'still there');
    assert.deepEqual(await end(reader), ['tools/alive still there']);
    return 'alive after PINGRESP';
  },
};

const large: ToolCase = {
  name: 'a payload of 32 KiB, whole',
  async run(tools) {
    const payload = 'z'.repeat(32 * 1024);
    const reader = await tools.subscriber('-t', 'tools/large', '-q', '2', '-C', '1', '-W', waitS);
    await tools.publish('-t', 'tools/large', '-q', '2', '-m', payload);
    assert.deepEqual(await end(reader), [`tools/large ${payload}`]);
    return 'whole';
  },
};

const empty: ToolCase = {
  name: 'an empty payload',
  async run(tools) {
    const reader = await tools.subscriber('-t', 'tools/empty', '-C', '1', '-W', waitS);
    await tools.publish('-t', 'tools/empty', '-q', '1', '-n');
    const { code, complaints } = await reader.ended;
    assert.equal(code, 0, complaints);
    return 'delivered';
  },
};

const tls: ToolCase = {
  name: 'TLS, verified with site-ca.pem, QoS 2',
  async run(tools) {
    const secure = ['--tls-version', 'tlsv1.3'];
    const reader = await tools.subscriber(
      ...secure,
      '-t',
      'tools/tls',
      '-q',
      '2',
      '-C',
      '1',
      '-W',
      waitS,
    );
    await tools.publish(...secure, '-t', 'tools/tls', '-q', '2', '-m', 'sealed');
    assert.deepEqual(await end(reader), ['tools/tls sealed']);
    return 'verified';
  },
};

const refusedSubscription: ToolCase = {
  name: 'a refused subscription is seen by mosquitto_sub',
  async run(tools) {
    const { code, complaints, lines } = await tools.subscribe('-t', 'honest/#', '-W', '2');
    const said = complaints + lines.join('\n');
    assert.match(said, /denied|rejected|All subscription requests/i);
    return `exit code ${code}, "${complaints.trim()}"`;
  },
};

const refusedPublish: ToolCase = {
  name: 'a refused publish is seen by mosquitto_pub at QoS 1',
  async run(tools) {
    const { code, complaints } = await tools.tryPublish('-t', 'honest/x', '-q', '1', '-m', 'x');
    assert.notEqual(code, 0, complaints);
    return `exit code ${code}`;
  },
};

const refusedPassword: ToolCase = {
  name: 'a wrong password is seen by mosquitto_pub',
  async run(tools) {
    const { code, complaints } = await tools.tryPublish('-P', 'wrong', '-t', 'tools/x', '-m', 'x');
    assert.notEqual(code, 0);
    assert.match(complaints, /not authori[sz]ed|bad user name/i);
    return complaints.trim().split('\n')[0]!;
  },
};

const toolCases: readonly ToolCase[] = [
  ...[0, 1, 2].flatMap((sent) => [0, 1, 2].map((wanted) => qosBothWays([sent, wanted] as const))),
  retained,
  retainedFlag,
  will,
  session,
  cleanSession,
  overlapping,
  wildcards,
  unsubscribed,
  takeover,
  keepalive,
  large,
  empty,
  tls,
  refusedSubscription,
  refusedPublish,
  refusedPassword,
];

const played = ({ name, run }: ToolCase): RigCase => ({
  name: `tools: ${name}`,
  run: (arena: Arena) => run(new Tools(arena.target)),
});

export const conformanceCases: readonly RigCase[] = toolCases.map(played);
