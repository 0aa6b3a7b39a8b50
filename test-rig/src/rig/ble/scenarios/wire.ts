/** The radio below the mesh: what GATT and L2CAP carry bare, and what our stream makes of them. */
import type { Report } from '../inside/event.ts';
import type { Mesh } from '../inside/mesh.ts';
import { measureBareGatt } from '../yardstick/bare-gatt.ts';

export async function wire(_mesh: Mesh, report: Report): Promise<void> {
  await measureBareGatt(['hci0', 'hci1'], report);
}
