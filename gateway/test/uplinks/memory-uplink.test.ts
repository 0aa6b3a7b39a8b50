import { FakeClock, SeededRandom } from '@muster/core/testing';
import { uplinkContract } from './contract.ts';
import { FarSide, MemoryUplink } from './memory-uplink.ts';
import { OutgoingBundles } from './outgoing-bundles.ts';

uplinkContract({
  name: 'memory uplink',
  make: async () => {
    const clock = new FakeClock();
    const random = new SeededRandom(1);
    const far = new FarSide();
    const uplink = new MemoryUplink(far, { clock, random });
    const bundles = new OutgoingBundles(clock);
    return {
      uplink,
      next: () => bundles.next(),
      arrived: () => far.order,
      cut: () => uplink.cut(),
      sever: () => {
        far.isReachable = false;
        uplink.cut();
      },
      mend: () => {
        far.isReachable = true;
      },
      bring: () => uplink.bring(),
      taken: () => uplink.status().received,
      until: async (condition) => {
        for (let i = 0; i < 1_000 && !condition(); i += 1) clock.advance(1_000);
        if (!condition()) throw new Error('it never came to pass');
      },
      settle: async () => clock.advance(60_000),
      close: async () => {},
    };
  },
});
