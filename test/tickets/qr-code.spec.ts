import { clearImmediate, setImmediate } from 'node:timers';
import qrcode from 'qrcode';
import { newBarcode } from '../../src/common/ids/ids';
import { ticketPage } from '../../src/tickets/page/ticket-page';
import { qrCodeSvg } from '../../src/tickets/qr-code';
import type { TicketSheet } from '../../src/tickets/ticket-sheet';

describe('QR codes of a page', () => {
  let draw: jest.SpyInstance;

  beforeEach(() => {
    draw = jest.spyOn(qrcode, 'toString').mockImplementation(jest.fn().mockResolvedValue('<svg></svg>'));
  });
  afterEach(() => draw.mockRestore());

  it('are drawn in turns of the event loop of their own', async () => {
    let turns = 0;
    const count = () => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    await ticketPage(sheetOf(100));
    clearImmediate(next);
    expect(draw).toHaveBeenCalledTimes(100);
    expect(turns).toBeGreaterThanOrEqual(100);
  });

  it('are kept, the latest two thousand', async () => {
    const barcodes = Array.from({ length: 2_001 }, newBarcode);
    for (const barcode of barcodes) await qrCodeSvg(barcode);
    draw.mockClear();
    await qrCodeSvg(barcodes[2_000]!);
    await qrCodeSvg(barcodes[1]!);
    expect(draw).not.toHaveBeenCalled();
    await qrCodeSvg(barcodes[0]!);
    expect(draw).toHaveBeenCalledTimes(1);
  });
});

function sheetOf(count: number): TicketSheet {
  const start = { iso: '2027-03-01T18:00:00.000Z', date: 'Monday, 1 March 2027', time: '19:00', zone: 'UTC' };
  return {
    organizer: { name: 'Orchestra', address: 'tickets@example.org' },
    event: {
      name: 'Concert',
      active: true,
      times: { start, end: null },
      place: { lines: [], mapUrl: null, online: null },
    },
    tickets: Array.from({ length: count }, () => ({
      ticketClass: 'General Admission',
      holder: 'Ada',
      holderInMail: 'Ada',
      status: 'valid',
      label: 'Valid',
      barcode: newBarcode(),
      instead: null,
      checkedInAt: null,
    })),
    pageUrl: 'https://tickets.example.org/t/token',
    calendarUrl: 'https://tickets.example.org/t/token/event.ics',
  };
}
