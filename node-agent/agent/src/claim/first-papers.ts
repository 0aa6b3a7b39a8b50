/**
 * The lists, rules and policies that came with the claim, put in force at each start: so a new node
 * judges rightly before it has met a neighbour, and again after its store was lost. What is older
 * than what is known changes nothing.
 */
import type { Logger, NodeApi } from '@muster/core';
import { readTrustDocuments } from '@muster/provisioning';

export function adoptFirstPapers(
  node: Pick<NodeApi, 'adoptTrust' | 'adoptPolicy'>,
  folder: string,
  logger: Logger,
): void {
  for (const wire of readTrustDocuments(folder)) {
    const trust = node.adoptTrust(wire);
    if (trust.ok || trust.reason !== 'malformed') continue;
    const policy = node.adoptPolicy(wire);
    if (!policy.ok && policy.reason !== 'old') {
      logger.warn('a document of the claim is of no use', { reason: policy.reason });
    }
  }
}
