/** How a blank node, or a new admin's phone, gets its papers. */
export * from './admin-papers.ts';
export * from './claim-code.ts';
export {
  type ClaimFault,
  type ClaimRefusal,
  claimFaultText,
  type FaultText,
} from './claim-fault.ts';
export * from './claim-issuer.ts';
export type { ClaimPhase, ClaimStep } from './claim-step.ts';
export * from './claim-subject.ts';
export {
  type CheckedProvision,
  checkProvision,
  fittingDocuments,
  type ProvisionDocument,
  type ProvisionExpected,
  type ProvisionFault,
  signProvision,
} from './provision-document.ts';
export * from './provision-preview.ts';
export {
  type ProvisionSettings,
  type ProvisionUplink,
  type ProvisionWifi,
  provisionRoles,
} from './provision-settings.ts';
