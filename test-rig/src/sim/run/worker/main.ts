/** A process that runs one simulated world after the other, as its parent says (see fan-out.ts). */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { drawPlan } from '../../plan/plan.ts';
import { runPlan } from '../outcome.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

const crypto = createSodiumCrypto();
const tell = (message: FromWorker) => process.send?.(message);

process.on('message', ({ options }: ToWorker) => {
  tell({ type: 'outcome', outcome: runPlan(crypto, drawPlan(options)) });
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit());
tell({ type: 'ready' });
