import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { GatheringSocket } from '../../../src/common/database/gathering-socket';

describe('A gathering socket', () => {
  let server: Server;
  let received: string;

  beforeEach(async () => {
    received = '';
    server = createServer((peer: Socket) => peer.on('data', (data) => (received += data.toString())));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  it('sends what is written in one turn of the event loop at once, and in order', async () => {
    const socket = new GatheringSocket();
    socket.resume().connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    const sent = jest.spyOn(socket as Required<Writable>, '_writev');

    const statement = (text: string) => {
      socket.cork();
      for (const part of text) socket.write(part);
      socket.uncork();
    };
    statement('first ');
    await Promise.resolve().then(() => statement('second '));
    statement('third ');
    await new Promise(setImmediate);
    expect(sent).toHaveBeenCalledTimes(1);

    statement('next turn');
    await new Promise(setImmediate);
    socket.end();
    await once(socket, 'close');
    expect(sent).toHaveBeenCalledTimes(2);
    expect(received).toBe('first second third next turn');
  });
});
