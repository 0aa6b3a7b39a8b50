/**
 * What a bluetoothd that was killed left on air. The kernel goes on to say it, and says it again
 * from the next address when the adapter is switched off and on; the bluetoothd that follows takes
 * it back as soon as it has learned how many advertisements there can be (BlueZ 5.66,
 * src/advertising.c, read_adv_features_callback). Below step 4 of a message's way.
 */
import type { BluezBus } from './bluez-bus.ts';
import { bluezLimits } from './limits.ts';
import { bluezInterfaces } from './names.ts';
import { numberOf } from './properties.ts';

/** Resolves once it was taken back; on an adapter that never advertises after a while as well. */
export async function leftoversTakenBack(
  bus: BluezBus,
  adapterPath: string,
  isWanted: () => boolean,
): Promise<void> {
  const { clock } = bus;
  const endMs = clock.monotonicMs() + bluezLimits.leftoversMsMax;
  while (isWanted() && !(await isCounted(bus, adapterPath)) && clock.monotonicMs() < endMs) {
    await new Promise<void>((resolve) => {
      clock.after(bluezLimits.leftoversLookMs, resolve);
    });
  }
}

/** What we ask for from then on reaches the kernel after what it asked for itself. */
async function isCounted(bus: BluezBus, adapterPath: string): Promise<boolean> {
  const asked = bus.propertiesOf(adapterPath, bluezInterfaces.advertisingManager);
  const properties = await asked.catch(() => undefined);
  if (properties === undefined) return false;
  const free = numberOf(properties, 'SupportedInstances') ?? 0;
  return free + (numberOf(properties, 'ActiveInstances') ?? 0) > 0;
}
