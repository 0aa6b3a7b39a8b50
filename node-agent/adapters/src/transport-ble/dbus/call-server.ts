/**
 * Answers the calls of others to our objects. Below step 4 of a message's way. Whatever is called
 * gets one answer; a handler that throws costs its caller an error, and nobody else anything.
 */
import type { Logger } from '@muster/core';
import { DBusError } from './error.ts';
import { dbusLimits } from './limits.ts';
import { type DBusMessage, MessageFlag, MessageKind, type ReceivedMessage } from './message.ts';
import type { Interfaces, ObjectTree } from './object-tree.ts';
import { peerInterface, standardInterfaces } from './standard-interfaces.ts';
import type { DBusMethod } from './types.ts';

type ErrorName =
  | 'Failed'
  | 'InvalidArgs'
  | 'LimitsExceeded'
  | 'UnknownInterface'
  | 'UnknownMethod'
  | 'UnknownObject';

/** An answer that has no serial yet. */
export type Answer = Omit<DBusMessage, 'serial'>;

export class CallServer {
  readonly #tree: ObjectTree;
  readonly #send: (answer: Answer) => void;
  readonly #logger: Logger;
  #serving = 0;

  /** `send` throws a DBusError where the answer is not what it says. */
  constructor(tree: ObjectTree, send: (answer: Answer) => void, logger: Logger) {
    this.#tree = tree;
    this.#send = send;
    this.#logger = logger;
  }

  onCall(call: ReceivedMessage): void {
    const found = this.#find(call);
    if (typeof found === 'string') this.#refuse(call, found);
    else if (this.#serving >= dbusLimits.callsServedMax) this.#refuse(call, 'LimitsExceeded');
    else void this.#serve(call, found);
  }

  async #serve(call: ReceivedMessage, method: DBusMethod): Promise<void> {
    this.#serving += 1;
    try {
      const body = await method.run(call.body, call.sender ?? '');
      this.#answer(call, { kind: MessageKind.reply, signature: method.out, body });
    } catch (error) {
      if (error instanceof DBusError && error.errorName !== undefined) {
        this.#answerError(call, error.errorName, error.message);
      } else {
        const name = `${call.interface}.${call.member}`;
        this.#logger.error('dbus-method-handler', { method: name, error: `${error}` });
        this.#refuse(call, 'Failed');
      }
    } finally {
      this.#serving -= 1;
    }
  }

  /** The method that is meant, or why there is none. */
  #find(call: ReceivedMessage): DBusMethod | ErrorName {
    const { path = '/', interface: name, member = '' } = call;
    if (call.isTooLarge) return 'LimitsExceeded';
    const own = this.#tree.at(path) ?? {};
    if (name !== undefined && Object.hasOwn(own, name)) {
      return methodIn({ [name]: own[name]! }, member, call.signature);
    }
    if (name !== peerInterface && !this.#tree.exists(path)) return 'UnknownObject';
    const standard = standardInterfaces(this.#tree, path);
    if (name === undefined) return methodIn({ ...own, ...standard }, member, call.signature);
    if (!Object.hasOwn(standard, name)) return 'UnknownInterface';
    return methodIn({ [name]: standard[name]! }, member, call.signature);
  }

  #refuse(call: ReceivedMessage, error: ErrorName): void {
    const text = `${call.interface ?? ''}.${call.member} at ${call.path}`;
    this.#answerError(call, `org.freedesktop.DBus.Error.${error}`, text);
  }

  #answerError(call: ReceivedMessage, errorName: string, text: string): void {
    this.#answer(call, { kind: MessageKind.error, errorName, signature: 's', body: [text] });
  }

  #answer(call: ReceivedMessage, answer: Omit<Answer, 'flags'>): void {
    if ((call.flags & MessageFlag.noReply) !== 0) return;
    const to = call.sender === undefined ? {} : { destination: call.sender };
    this.#send({ ...answer, ...to, flags: 0, replySerial: call.serial });
  }
}

/** The first of that name; `signature` is what the caller gave. */
function methodIn(
  interfaces: Interfaces,
  member: string,
  signature: string,
): DBusMethod | ErrorName {
  for (const { methods = {} } of Object.values(interfaces)) {
    if (!Object.hasOwn(methods, member)) continue;
    const method = methods[member]!;
    return method.in === signature ? method : 'InvalidArgs';
  }
  return 'UnknownMethod';
}
