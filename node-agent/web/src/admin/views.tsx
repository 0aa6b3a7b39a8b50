/** The views of the admin area, in the order of its navigation. */
import type { AdminView } from './view.ts';

export const adminViews: readonly AdminView[] = [];
