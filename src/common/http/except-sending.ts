import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Lets Node close idle connections, but for those on which one of these answers is still being sent. To Node they are idle
 * as soon as the app has ended the answer, however much of it the client has not taken yet.
 */
export function exceptSending(answers: readonly ServerResponse[], closeIdle: () => void): void {
  const sockets = answers.flatMap(({ writableEnded, socket }) => (writableEnded && socket ? [socket] : []));
  for (const socket of sockets) socket.destroy = () => socket;
  closeIdle();
  for (const socket of sockets) delete (socket as Partial<Socket>).destroy;
}
