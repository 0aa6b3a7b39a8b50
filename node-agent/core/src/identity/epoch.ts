/** Epochs of a site: whole numbers that an admin advances; validity is counted in them. */
export const epochMax = 2 ** 32 - 1;

/**
 * What ended so many epochs ago still holds between nodes and for readers: the word of a new epoch
 * travels faster than renewed certificates. Who must be out at once advances the epoch by two.
 */
export const graceEpochs = 1;
