/**
 * The way to a node as the connection sees it: text frames over one WebSocket. In tests a scripted
 * socket takes its place. Callbacks come in order, and nothing comes after `onClose`.
 */
export interface SocketHandlers {
  onText(text: string): void;
  /** `code` as in the API; 1006 when the connection was lost or never made. */
  onClose(code: number): void;
}

export interface Socket {
  send(text: string): void;
  close(): void;
}

export type OpenSocket = (handlers: SocketHandlers) => Socket;

const subprotocol = 'muster.v1';

/** Opens sockets to the node that served this page. */
export function socketOpener(place: {
  readonly protocol: string;
  readonly host: string;
}): OpenSocket {
  const scheme = place.protocol === 'https:' ? 'wss' : 'ws';
  const url = `${scheme}://${place.host}/api/v1/socket`;
  return (handlers) => {
    const socket = new WebSocket(url, subprotocol);
    let closed = false;
    const close = (code: number) => {
      if (closed) return;
      closed = true;
      handlers.onClose(code);
    };
    socket.onmessage = ({ data }) => {
      if (!closed && typeof data === 'string') handlers.onText(data);
    };
    socket.onclose = ({ code }) => close(code);
    return {
      send: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      close: () => {
        socket.close();
        // The browser may wait long for a dead peer's answer; for us it is over now.
        close(1000);
      },
    };
  };
}
