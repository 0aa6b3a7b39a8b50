/** Epochs of a site: whole numbers that an admin advances; validity is counted in them. */
export const epochMax = 2 ** 32 - 1;
