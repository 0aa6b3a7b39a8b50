/** A blank node, how a claim becomes its files, and the way back. */
export { configTree } from './config-tree.ts';
export { editConfig, readWifi } from './configuration.ts';
export {
  type ApplyOptions,
  applyProvision,
  commitProvision,
  readTrustDocuments,
} from './provision-files.ts';
export { factoryReset, markReset, type ResetOptions } from './reset.ts';
export { type Settled, settleFolder } from './settle.ts';
export { folderState, openUnclaimed, readUnclaimed, type Unclaimed } from './unclaimed.ts';
