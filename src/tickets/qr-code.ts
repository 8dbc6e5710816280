import { setImmediate as nextTurn } from 'node:timers/promises';
import { toBuffer, toString } from 'qrcode';
import { type Html, trusted } from '../common/http/html';

/** Level M still reads with 15 % of the code damaged; four modules of quiet zone (ISO/IEC 18004) make readers find it. */
const CODE = { errorCorrectionLevel: 'M', margin: 4 } as const;

/** A kilobyte each. */
const MOST_KEPT = 2_000;

const kept = new Map<string, Html>();

/**
 * As inline SVG: black on white in dark pages too, sharp at every size and on paper. To draw one takes a millisecond, and
 * a page may have a hundred: each is drawn in a turn of the event loop of its own, and kept, as it never changes.
 */
export async function qrCodeSvg(barcode: string): Promise<Html> {
  const known = kept.get(barcode);
  if (known) return known;
  await nextTurn();
  const code = trusted(await toString(barcode, { ...CODE, type: 'svg' }));
  if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!);
  kept.set(barcode, code);
  return code;
}

/** Side of the picture below: 29 modules, the quiet zone included, of eight pixels each. */
export const PICTURE_SIZE = 232;

/** As PNG, for mail programs, which show no SVG. Grey and unfiltered it has half the bytes of pngjs's defaults. */
export function qrCodePng(barcode: string): Promise<Buffer> {
  const rendererOpts = { colorType: 0, filterType: 0, deflateStrategy: 0 };
  return toBuffer(barcode, { ...CODE, type: 'png', scale: 8, rendererOpts });
}
