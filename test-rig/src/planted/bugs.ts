/**
 * The bugs that we plant into our own code to see that the checkers can fail: each is a patch of
 * the real source, applied while Node loads the file, in a process of its own.
 */

import type { CheckName } from '../sim/checkers/index.ts';

export interface PlantedBug {
  readonly name: string;
  /** Which of the searches has to catch it. */
  readonly where: 'sim' | 'crash' | 'fuzz';
  /** From the root of the repository. */
  readonly file: string;
  /** Found exactly once in the file, or planting fails. */
  readonly find: string;
  readonly replace: string;
  /** The checks of the simulated world that may tell of it: any other is a false alarm. */
  readonly checks?: readonly CheckName[];
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'no-sync',
    where: 'sim',
    checks: ['held-lost', 'not-converged'],
    file: 'node-agent/core/src/node/entrance.ts',
    find: '    if (!answer.ok) this.#answerDropped(answer, onAnswer);\n  }\n\n  /** `hops`',
    replace:
      '    if (!answer.ok) this.#answerDropped(answer, onAnswer);\n' +
      '    else onAnswer({ ok: true, id: answer.id, nodes: 1 });\n  }\n\n  /** `hops`',
  },
  {
    name: 'no-dedup',
    where: 'sim',
    checks: ['shown-twice'],
    file: 'node-agent/core/src/receive/receive.ts',
    find: "if (state.inventory.slotOf(id) !== -1) return drop('seen');",
    replace: '',
  },
  {
    name: 'no-quota',
    where: 'sim',
    checks: ['quota'],
    file: 'node-agent/core/src/receive/client-quota.ts',
    find: "if (!bucket.has(rate, nowMs, reserve)) return 'quota-author';",
    replace: 'if (!bucket.has(rate, nowMs, reserve)) return undefined;',
  },
  {
    name: 'no-signature-check',
    where: 'sim',
    checks: ['forged'],
    file: 'node-agent/core/src/receive/receive.ts',
    find: 'if (!verifyBundle(state.trust.crypto, bundle)) {',
    replace: 'if (!verifyBundle(state.trust.crypto, bundle) && bundle.signature.length !== 64) {',
  },
  {
    name: 'order-by-arrival',
    where: 'sim',
    checks: ['order'],
    file: 'node-agent/core/src/node/intake.ts',
    find: 'orderKey: orderKeyOf(fields, id),',
    replace: 'orderKey: orderKeyOf({ ...fields, stamp: { ms: arrivedTickMs, counter: 0 } }, id),',
  },
  {
    name: 'age-not-carried',
    where: 'sim',
    checks: ['outlived'],
    file: 'node-agent/core/src/node/node-host.ts',
    find: 'const ageMs = inventory.ageMsAt(slot, ticks.nowMs());',
    replace: 'const ageMs = 0 * ticks.nowMs();',
  },
  {
    name: 'dead-are-forgotten',
    where: 'sim',
    checks: ['came-back', 'outlived'],
    file: 'node-agent/core/src/receive/receive.ts',
    find: "if (state.expired.has(id)) return drop('expired-known');",
    replace: '',
  },
  {
    name: 'store-without-sync',
    where: 'crash',
    file: 'node-agent/adapters/src/store-sqlite/sqlite-medium.ts',
    find: 'this.#sync(this.#walFd, (error) => {',
    replace: 'setImmediate((error: Error | null = null) => {',
  },
  {
    name: 'broker-without-sync',
    where: 'crash',
    file: 'gateway/src/mqtt/persistence/commit-group.ts',
    find: '(this.#parts.sync ?? fdatasync)(this.#walFd, (error) => this.#synced(group, error));',
    replace: 'setImmediate(() => this.#synced(group, null));',
  },
  {
    name: 'killed-and-not-synced',
    where: 'crash',
    file: 'node-agent/adapters/src/store-sqlite/database-file.ts',
    find: 'syncFolder(path);\n  syncLog(path);',
    replace: 'syncFolder(path);',
  },
  {
    name: 'folder-without-sync',
    where: 'crash',
    file: 'provisioning/src/durable-file.ts',
    find: 'syncNames(dirname(path), calls);',
    replace: '',
  },
  {
    name: 'rename-without-sync',
    where: 'crash',
    file: 'provisioning/src/durable-file.ts',
    find: 'writeAll(file, Buffer.from(text), calls);\n      calls.sync(file);',
    replace: 'writeAll(file, Buffer.from(text), calls);',
  },
  {
    name: 'cbor-in-any-form',
    where: 'fuzz',
    file: 'node-agent/core/src/cbor/reader.ts',
    find: 'if (value < least || value > Number.MAX_SAFE_INTEGER) return this.#fail();',
    replace: 'if (least < 0 || value > Number.MAX_SAFE_INTEGER) return this.#fail();',
  },
  {
    name: 'memory-as-declared',
    where: 'fuzz',
    file: 'node-agent/core/src/cbor/reader.ts',
    find: 'const length = this.#head(majorArray);',
    replace: 'const length = this.#head(majorArray); new Uint8Array(length & 0x5ffffff).fill(1);',
  },
  {
    name: 'list-without-end',
    where: 'fuzz',
    file: 'node-agent/core/src/federation/manifest.ts',
    find: 'for (let i = 0; i < count; i++) ids.push(reader.bytes(32));',
    replace: 'for (let i = 0; i < count; i += reader.failed ? 0 : 1) ids[i] = reader.bytes(32);',
  },
  {
    name: 'rights-of-any-node',
    where: 'fuzz',
    file: 'node-agent/core/src/identity/ticket.ts',
    find: 'if (role !== Role.guest && !(role === Role.node && isItself)) return',
    replace: 'if (role === Role.admin) return',
  },
  {
    name: 'sign-forgotten',
    where: 'fuzz',
    file: 'node-agent/adapters/src/transport-ble/dbus/value-reader.ts',
    find: 'return this.#view.getInt32(at, this.#isLittle);',
    replace: 'return this.#view.getUint32(at, this.#isLittle);',
  },
];

export function plantedBug(name: string): PlantedBug | undefined {
  return plantedBugs.find((bug) => bug.name === name);
}
