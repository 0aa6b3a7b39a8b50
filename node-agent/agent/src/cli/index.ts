/** The command line for programs that add to it, such as the gateway. */
export { getJson } from '../client/get-json.ts';
export { askAgent } from '../control/client.ts';
export { dataFolderAt, openDataFolder } from '../data-folder/data-folder.ts';
export { openSite, requireRoot } from '../data-folder/identity.ts';
export { lockFolder } from '../data-folder/lock.ts';
export { reachableAt } from './addresses.ts';
export { bytesText, countText, durationText } from './amount.ts';
export type { Act, CliExtension, StartSection } from './cli-extension.ts';
export { agentUrl, type CliWorld, type CommandContext, type CommonOptions } from './context.ts';
export type { Check, Finding } from './doctor-checks.ts';
export { ExitCode } from './exit-code.ts';
export { runCli } from './program.ts';
export { qrCodeLines } from './qr-code.ts';
export { runAsProcess } from './run-as-process.ts';
export { untilAskedToStop } from './serve.ts';
export { inert } from './terminal.ts';
export { clientParts } from './with-session.ts';
