/** A whole node, and the files that we write ourselves, after a power cut. */
import { testStates } from './support/try-states.ts';

testStates(['node', 'files']);
