/** Radio: what members and blank boxes say on air, and who is near. */
export * from './claim-tag.ts';
export { nearbyLevels, radioLimits } from './limits.ts';
export * from './proximity-book.ts';
export {
  openRadioTag,
  type RadioKind,
  type RadioTag,
  type RadioTagFault,
  radioIdBytes,
  radioIdOf,
  radioKeyOf,
  radioNonceBytes,
  radioTagBytes,
  sealRadioTag,
} from './radio-tag.ts';
export { RadioTagReader } from './radio-tag-reader.ts';
