/**
 * What another program adds to the command `muster`: the gateway adds its commands, checks and
 * roles. The agent's own program runs without any. Belongs to no step.
 */
import type { Command } from 'commander';
import type { AgentExtension } from '../extension.ts';
import type { CommandContext, CommonOptions } from './context.ts';
import type { Check } from './doctor-checks.ts';
import type { ExitCode } from './exit-code.ts';

export type RunCommand = (context: CommandContext) => Promise<ExitCode>;
export type Act = (options: CommonOptions, run: RunCommand) => Promise<void>;

/** How words are added to the command line. */
export interface WordTools {
  readonly act: Act;
  /** The options of a command that speaks of this machine, by its data folder. */
  here(command: Command): Command;
  /** The same and the address of a node, for a command that speaks with any. */
  common(command: Command): Command;
  /** The same, for one that needs an admin's keys. */
  withKeys(command: Command): Command;
  /** A group of commands, made where it is not there yet. */
  group(program: Command, name: string, description: string): Command;
}

/** What stands on the start page beside the addresses for phones. */
export interface StartSection {
  readonly lines: readonly { readonly label: string; readonly text: string }[];
  /** A further thing to try, as a numbered step. */
  readonly steps: readonly string[];
  /** For --json. */
  readonly value: Readonly<Record<string, unknown>>;
}

export interface CliExtension {
  /** Adds commands, with the same options as those that are there. */
  addCommands(program: Command, tools: WordTools): void;
  /** Parts that join an agent of this role; undefined when the role is none of an agent. */
  partsOf(role: string): Promise<readonly AgentExtension[] | undefined>;
  /** Runs a role that is no agent at all (the relay) until it is asked to stop. */
  runRole(role: string, context: CommandContext): Promise<ExitCode>;
  /** Roles beside `node`. */
  readonly roles: readonly string[];
  readonly doctorChecks: Readonly<Record<string, Check>>;
  /** Asked of the agent that has just started in this folder. */
  startSection(context: CommandContext): Promise<StartSection | undefined>;
}
