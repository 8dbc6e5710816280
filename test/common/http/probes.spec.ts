import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Edge, startEdge } from '../../support/edge';
import { sendRaw } from '../../support/raw-http';
import { until } from '../../support/until';

const MOST_PROBES = 16;

describe('Probes', () => {
  const edges: Edge[] = [];

  afterEach(async () => {
    for (const edge of edges.splice(0)) await edge.close();
  });

  async function start(app: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const edge = await startEdge(app, 2);
    edges.push(edge);
    return edge.url;
  }

  it('that come one after another leave time for others', async () => {
    let probes = 0;
    let ended = false;
    const url = await start((request, response) => {
      if (request.url === '/health/live') probes++;
      response.end();
    });
    const watch = async (): Promise<void> => {
      while (!ended) await (await fetch(`${url}/health/live`)).arrayBuffer();
    };
    const watching = Array.from({ length: MOST_PROBES }, watch);
    await until(() => probes > 100, 'Nobody watches');

    expect((await fetch(url, { signal: AbortSignal.timeout(10_000) })).status).toBe(200);
    ended = true;
    await Promise.all(watching);
  });

  it('beyond a number are requests like others', async () => {
    const held: ServerResponse[] = [];
    const url = await start((_, response) => void held.push(response));
    const probe = () => fetch(`${url}/health/ready`).then(({ status }) => status);
    const probes = Array.from({ length: MOST_PROBES + 2 }, () => probe());
    await until(() => held.length === MOST_PROBES + 2, 'They are not let in');

    expect(await probe()).toBe(503);
    for (const response of held) response.end();
    expect(await Promise.all(probes)).toEqual(held.map(() => 200));
    expect(held).toHaveLength(MOST_PROBES + 2);
  });

  it('are what asks for them, and bring nothing', async () => {
    const held: ServerResponse[] = [];
    const url = await start((_, response) => void held.push(response));
    const ask = (path: string, init?: RequestInit) => fetch(url + path, init).then(({ status }) => status);
    const others = [ask('/health/live', { method: 'DELETE' }), ask('/health/anything')];
    await until(() => held.length === 2, 'They are not let in');

    expect(await ask('/health/live/')).toBe(503);
    expect((await sendRaw(url, { path: '/health/live', body: {} })).status).toBe(503);
    const probe = ask('/health/live?verbose', { method: 'HEAD' });
    await until(() => held.length === 3, 'A probe is refused');
    for (const response of held) response.end();
    expect(await Promise.all([...others, probe])).toEqual([200, 200, 200]);
  });
});
