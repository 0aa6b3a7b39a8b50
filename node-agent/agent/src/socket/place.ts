/** Where the phones' socket is found, and what it speaks. */
export const socketPath = '/api/v1/socket';
export const subprotocol = 'muster.v1';
