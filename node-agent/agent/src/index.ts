/**
 * @muster/agent: the agent as a library, for the gateway and the rigs: the same parts that `muster
 * run` joins, and the client's side of its socket. The program itself is main.ts.
 */
export type { ReportPart } from './admin/report-part.ts';
export { type Agent, type AgentOptions, createAgent } from './agent.ts';
export { NodeAuthor } from './author/own-author.ts';
export type { ListedChannel } from './channels/channel-list.ts';
export { anyFreePort, freePortFrom, isPortFree, portTaken } from './cli/ports.ts';
export { type Answer, getJson } from './client/get-json.ts';
export {
  NodeSession,
  type NodeSessionOptions,
  type PutOutcome,
  type ShownBundle,
  type Welcome,
} from './client/node-session.ts';
export { type Config, type ConfigProblem, configOf, loadConfig } from './config/index.ts';
export { controlSocketOf } from './control/protocol.ts';
export { ControlServer } from './control/server.ts';
export { type DataFolder, dataFolderAt, openDataFolder } from './data-folder/data-folder.ts';
export {
  type NodeIdentity,
  openIdentity,
  openSite,
  prepareMember,
  requireRoot,
} from './data-folder/identity.ts';
export type {
  AgentExtension,
  AgentHost,
  ControlCommand,
  OwnAuthor,
  OwnDraft,
} from './extension.ts';
export { addressGroup } from './http/address.ts';
export type { NeighbourInfo, NodeInfo, StatusInfo } from './http/api-routes.ts';
export { machineNamesOf } from './http/machine-names.ts';
export { listOwnAddresses } from './http/own-addresses.ts';
export { counter, gauge, type Metric } from './metrics/exposition.ts';
export { hostLabel } from './node-names.ts';
export { type AgentParts, type MeshTransport, realParts } from './parts.ts';
export { version } from './version.ts';
