/** The admin's keys under a passphrase, and the root's on paper. */
export { passphraseFault } from './passphrase.ts';
export {
  proveRecovery,
  recoveryWords,
  seedOfWords,
  type WordsFault,
  wordsFaultText,
} from './recovery-words.ts';
export {
  changePassphrase,
  createVault,
  hasVault,
  openVault,
  replaceVault,
  type VaultOptions,
  wipeVault,
} from './vault.ts';
export { sealVault, unsealVault, type VaultBox, type VaultContent } from './vault-box.ts';
