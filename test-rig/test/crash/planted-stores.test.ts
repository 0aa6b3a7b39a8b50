/** The crash states find a store and a broker that answer before the disk does. */
import { testPlanted } from './support/find-planted.ts';

testPlanted({ 'store-without-sync': 'store', 'broker-without-sync': 'mqtt' });
