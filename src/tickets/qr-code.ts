import { toBuffer, toString } from 'qrcode';
import { type Html, trusted } from '../common/http/html';

/** Level M still reads with 15 % of the code damaged; four modules of quiet zone (ISO/IEC 18004) make readers find it. */
const CODE = { errorCorrectionLevel: 'M', margin: 4 } as const;

/** As inline SVG: black on white in dark pages too, sharp at every size and on paper. */
export async function qrCodeSvg(barcode: string): Promise<Html> {
  return trusted(await toString(barcode, { ...CODE, type: 'svg' }));
}

/** As PNG with eight pixels a module, for mail programs, which show no SVG. */
export function qrCodePng(barcode: string): Promise<Buffer> {
  return toBuffer(barcode, { ...CODE, type: 'png', scale: 8 });
}
