/** Time without trust: stamps and their order for people, ticks and age for life and death. */
export { compareStamps, HybridClock } from './hybrid-clock.ts';
export { orderKeyBytes, orderKeyOf, stampOfOrderKey } from './order.ts';
export { decodeTick, encodeTick, TickClock, type TickRecord } from './tick.ts';
