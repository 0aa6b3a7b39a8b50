/** What the gateway or Bluetooth adds to its node's report. Counts and states only. */
import type { NodeReport, ReportedProblem } from '@muster/core';

export interface ReportPart {
  readonly mqtt?: NodeReport['mqtt'];
  readonly near?: NodeReport['near'];
  readonly uplinks?: NodeReport['uplinks'];
  readonly problems: readonly ReportedProblem[];
}
