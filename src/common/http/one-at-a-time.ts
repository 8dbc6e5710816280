import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Most requests that a client may have sent before the one in front of them is answered. */
const MOST_AHEAD = 64;

/**
 * Hands on the requests of a connection one after another, each when the one before it is answered.
 *
 * Clients may send requests without waiting for answers (pipelining), and Node tells of each at once. But a response has
 * the connection only from its turn on, and is told only then that the connection closes: whoever counted one of the
 * others would count it for ever. So nobody hears of a request before its turn. When the connection closes first, it was
 * never begun, and the client may send it again.
 */
export function oneAtATime(next: RequestListener): RequestListener {
  const ahead = new WeakMap<Socket, number>();

  return (request: IncomingMessage, response: ServerResponse): void => {
    if (response.socket) {
      next(request, response);
      return;
    }
    const { socket } = request;
    const waiting = (ahead.get(socket) ?? 0) + 1;
    // Node keeps what it has read, however much it is.
    if (waiting > MOST_AHEAD) {
      socket.destroy();
      return;
    }
    ahead.set(socket, waiting);
    response.once('socket', () => {
      ahead.set(socket, ahead.get(socket)! - 1);
      // When Node has done what it does on giving the connection to a response.
      setImmediate(() => {
        if (!response.closed) next(request, response);
      });
    });
  };
}
