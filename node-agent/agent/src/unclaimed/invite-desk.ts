/**
 * Takes the invites that a blank node is given, by its page, the command line or a file, one at a
 * time, and sees each through to its end. Where a person gave it, a person is shown what would
 * change and asked; a file on the card has been consented to by whoever put it there.
 */
import {
  type ClaimCode,
  type ClaimFault,
  claimFaultText,
  decodeClaimCode,
  judgeClaimCode,
  MusterError,
} from '@muster/core';
import type { BlankBox } from './blank-box.ts';
import { faultProgress } from './fault-progress.ts';
import { InviteClaim } from './invite-claim.ts';
import { type InviteFile, InviteFiles } from './invite-file.ts';

export interface InviteDeskOptions {
  readonly box: BlankBox;
  /** Where invite files may lie. */
  readonly files: readonly string[];
  /** Members in reach that await claims, `host:port`. */
  readonly heard: () => readonly string[];
  readonly onClaimed: () => void;
}

interface Running {
  readonly claim: InviteClaim;
  readonly ended: Promise<void>;
  /** Of the file that it came by; undefined where a person gave it. */
  readonly path: string | undefined;
  /** Whoever waits for yes or no. */
  answer: ((accept: boolean) => void) | undefined;
}

export class InviteDesk {
  readonly #options: InviteDeskOptions;
  readonly #files: InviteFiles;
  #running: Running | undefined;

  constructor(options: InviteDeskOptions) {
    const { box, files } = options;
    const { folder, clock, logger } = box;
    this.#options = options;
    this.#files = new InviteFiles({
      ...{ folder, paths: files, clock, logger },
      onInvite: (file) => this.#takeFile(file),
    });
  }

  start(): void {
    this.#files.start();
  }

  async stop(): Promise<void> {
    this.#files.stop();
    await this.callOff();
  }

  /** From a person. Throws a MusterError with the code's fault; the claim goes on by itself. */
  async give(text: string): Promise<void> {
    const code = this.#read(text);
    if (typeof code === 'string') {
      const { message, mend } = claimFaultText[code];
      throw new MusterError(`claim-${code}`, message, mend);
    }
    const { phase } = this.#options.box.state.view;
    const isAtWork = phase === 'comparing' || phase === 'offered';
    if (this.#running && !this.#running.path && isAtWork) throw alreadyRunning();
    await this.callOff();
    // Somebody was quicker.
    if (this.#running) throw alreadyRunning();
    this.#begin(code, undefined);
  }

  /** Gives up the invite that is being tried, if any. */
  async callOff(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    running.claim.stop();
    running.answer?.(false);
    await running.ended;
  }

  /** A person's answer to the preview; false when nothing is asked. */
  answer(accept: boolean): boolean {
    const answer = this.#running?.answer;
    if (!answer) return false;
    this.#running!.answer = undefined;
    answer(accept);
    return true;
  }

  /** False while another one is tried: the file is asked for again. */
  #takeFile(file: InviteFile): boolean {
    const code = this.#read(file.text);
    if (typeof code === 'string') {
      this.#files.sayWrong(file, claimFaultText[code]);
      if (!this.#running) this.#options.box.state.progress(faultProgress(code));
      return true;
    }
    if (this.#running) {
      // Somebody has put another one in its place.
      if (this.#running.path === file.path) this.#running.claim.stop();
      return false;
    }
    this.#begin(code, file);
    return true;
  }

  #read(text: string): ClaimCode | ClaimFault {
    const code = decodeClaimCode(this.#options.box.crypto, text);
    if (!code.ok) return code.reason;
    const now = { kinds: ['invite' as const], ...this.#options.box.clock.wall() };
    return judgeClaimCode(code.value, now) ?? code.value;
  }

  #begin(code: ClaimCode, file: InviteFile | undefined): void {
    const { box, heard, onClaimed } = this.#options;
    box.state.progress({ phase: 'claiming' });
    box.logger.info('an invite is tried', { by: file?.path ?? 'a person' });
    const claim = new InviteClaim({
      ...{ box, code, heard },
      decide: (preview) => {
        for (const { what, to } of preview) box.logger.info('the invite sets', { what, to });
        if (file) return Promise.resolve(true);
        return new Promise((resolve) => {
          running.answer = resolve;
        });
      },
    });
    const ended = claim.run().then((end) => {
      this.#running = undefined;
      if (end === 'claimed') {
        if (file) this.#files.putAside(file);
        onClaimed();
      } else {
        box.logger.warn('the invite came to nothing', { reason: end });
        // Anybody in reach can call it off; whoever wrote the card meant it.
        if (file && end === 'gave-up') this.#files.offerAgain(file);
        else if (file) this.#files.sayWrong(file, claimFaultText[end]);
      }
    });
    const running: Running = { claim, ended, path: file?.path, answer: undefined };
    this.#running = running;
  }
}

function alreadyRunning(): MusterError {
  const mend = 'Refuse what is offered, or wait for it to end.';
  return new MusterError('claim-running', 'Another invite is being claimed', mend);
}
