import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModuleKind, transpileModule } from 'typescript';
import { spawn } from 'node:child_process';
import { startApp, type TestApp } from '../support/app';
import { blocksOf, ROOT } from '../support/markdown';
import { freePort } from '../support/free-port';
import { until } from '../support/until';

describe('The receiver of docs/webhooks.md', () => {
  let app: TestApp;
  let folder: string;

  beforeAll(async () => {
    app = await startApp();
    folder = await mkdtemp(join(tmpdir(), 'usher-receiver-'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  it('takes what is signed with its secret, and nothing else', async () => {
    const [block] = blocksOf('docs/webhooks.md', 'ts');
    const program = join(folder, 'receiver.js');
    const { outputText } = transpileModule(block!.text, { compilerOptions: { module: ModuleKind.CommonJS } });
    await writeFile(program, outputText);
    const organization = await app.organization();
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}/`;
    const { id, secret } = await organization.webhookEndpoint({ url });

    const receiver = spawn(process.execPath, [program], {
      env: { WEBHOOK_SECRET: secret, PORT: port },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    receiver.stdout.on('data', (data: Buffer) => (output += data.toString()));
    try {
      const forged = () => fetch(url, { method: 'POST', body: '{}' }).catch(() => undefined);
      await until(
        async () => (await forged())?.status === 400,
        'The receiver did not refuse a forged message',
      );
      const { body } = await organization.client.post(`/webhook-endpoints/${id}/test`).expect(202);
      await until(() => output.includes('webhook.test'), 'The receiver did not take the message');
      expect(output).toContain(body.id);
      const path = `/webhook-endpoints/${id}/deliveries/${body.id}`;
      await until(
        async () => (await organization.client.get(path)).body.status === 'delivered',
        'The message was not delivered',
      );
    } finally {
      receiver.kill();
    }
  });
});
