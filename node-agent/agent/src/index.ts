/**
 * @muster/agent: the agent as a library, for the gateway and the rigs: the same parts that `muster
 * run` joins, and the client's side of its socket. The program itself is main.ts.
 */
export { type Agent, type AgentOptions, createAgent } from './agent.ts';
export { type Answer, getJson } from './client/get-json.ts';
export {
  NodeSession,
  type NodeSessionOptions,
  type PutOutcome,
  type ShownBundle,
  type Welcome,
} from './client/node-session.ts';
export { type Config, type ConfigProblem, configOf, loadConfig } from './config/index.ts';
export { type DataFolder, dataFolderAt, openDataFolder } from './data-folder/data-folder.ts';
export {
  type NodeIdentity,
  openIdentity,
  openSite,
  prepareMember,
  requireRoot,
} from './data-folder/identity.ts';
export { type AgentParts, type MeshTransport, realParts } from './parts.ts';
export { version } from './version.ts';
