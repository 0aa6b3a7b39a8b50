/** Real stores after a power cut: what was answered is there. */
import { testStates } from './support/try-states.ts';

testStates(['store', 'mqtt']);
