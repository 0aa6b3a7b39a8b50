/** The version of this software, the same as in package.json (a test holds them together). */
export const version = '0.1.0';
/** The version of the API under /api/v1. */
export const apiVersion = 1;
