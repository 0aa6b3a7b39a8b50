/**
 * LE L2CAP connection-oriented channels, by a small helper process in C for the sockets that Node
 * lacks. Below step 4 of a message's way.
 *
 *     const helper = createL2capHelper({ path: builtHelperPath(), clock, logger });
 *     await helper.start();
 *     const psm = await helper.channelsFor(adapter)?.listen(onCarrier);
 */
export { buildHelper, builtHelperPath, type HelperBuild, type HelperRecipe } from './build.ts';
export {
  createL2capHelper,
  type L2capHelper,
  type L2capHelperOptions,
  type L2capHelperState,
  type L2capHelperStatus,
} from './supervisor.ts';
