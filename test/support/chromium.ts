import { type AxeResults, source as axe } from 'axe-core';
import jsQr from 'jsqr';
import { type Browser, chromium, type Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { findProgram } from './programs';

const CHROMIUM = {
  title: 'Chromium',
  names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  debianPackage: 'chromium',
};

/** `CHROMIUM_PATH`, or a program on the PATH, or, as root on Debian, the package. */
export async function findChromium(): Promise<string> {
  const found = process.env.CHROMIUM_PATH ?? (await findProgram(CHROMIUM));
  if (found) return found;
  throw new Error(
    'The tests need Chromium, to look at the ticket page. Do one of these and run them again:\n' +
      '  1. set CHROMIUM_PATH to the program of Chromium or Chrome\n' +
      '  2. put chromium or google-chrome on the PATH\n' +
      '  3. run as root on Debian, where the tests install chromium by themselves',
  );
}

/** A browser that talks to nobody but whom the test opens. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.TEST_CHROMIUM,
    // Containers rarely allow Chromium its own sandbox; it opens nothing but pages of the test.
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What the QR code on a picture says; null when a scanner would find none. */
export function readQrCode(png: Uint8Array): string | null {
  const { data, width, height } = PNG.sync.read(Buffer.from(png));
  return jsQr(new Uint8ClampedArray(data), width, height)?.data ?? null;
}

/** What keeps some people from using a page, by WCAG 2.2 up to level AA; contrast is part of it. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
