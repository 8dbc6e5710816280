import type { Browser } from 'playwright-core';
import { startApp, type TestApp } from '../support/app';
import { startChromium } from '../support/chromium';

describe('/docs in a browser', () => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    app = await startApp();
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  it('takes a key and sends requests with it', async () => {
    const { client } = await app.organization();
    const page = await browser.newPage();
    const refused: string[] = [];
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) refused.push(message.text());
    });
    await page.goto(`${app.url}/docs`);

    await page.getByRole('button', { name: 'Authorize' }).first().click();
    await page.getByLabel('Value:').fill(client.apiKey!);
    await page.getByRole('button', { name: 'Apply credentials' }).click();
    await page.getByRole('button', { name: 'Close' }).click();

    const list = page.locator('.opblock-get', { has: page.locator('[data-path="/api/v1/events"]') });
    await list.locator('.opblock-summary-control').click();
    const answered = page.waitForResponse(`${app.url}/api/v1/events*`);
    await list.getByRole('button', { name: 'Execute' }).click();
    const response = await answered;
    expect(response.status()).toBe(200);
    expect(response.request().headers()).toMatchObject({ 'x-api-key': client.apiKey });
    await list.locator('.live-responses-table').getByText('"data": []').waitFor();
    expect(refused).toEqual([]);
  }, 120_000);

  it('shows which headers an answer has', async () => {
    const page = await browser.newPage();
    await page.goto(`${app.url}/docs`);
    const path = page.locator('[data-path="/api/v1/events/{eventId}/attendees"]');
    const create = page.locator('.opblock-post', { has: path });
    await create.locator('.opblock-summary-control').click();
    const conflict = create.locator('[data-code="409"] .headers');
    await conflict.getByText('In how many seconds to try again.').waitFor();
    await conflict.getByText('Idempotent-Replay').waitFor();
  }, 120_000);
});
