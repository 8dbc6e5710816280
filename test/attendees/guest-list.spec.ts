import fc from 'fast-check';
import { harmless, restored } from '../../src/attendees/guest-list/spreadsheet-text';
import { newId } from '../../src/common/ids/ids';
import { startApp, type TestApp } from '../support/app';
import type { TestEvent, TestOrganization } from '../support/organization';

describe('guest lists', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());
  afterEach(() => app.expectNoDrift());

  const importInto = (event: TestEvent, csv: string | Buffer, query = '', key?: string) =>
    organization.client.upload(
      `/events/${event.id}/attendees/import?ticket_class_id=${event.ticketClass.id}${query}`,
      csv,
      key,
    );
  const emailsOf = async (event: TestEvent) =>
    (await organization.attendees(event)).map(({ email }) => email).sort();

  describe('import', () => {
    it('may be asked for by its path with a slash at the end', async () => {
      const event = await organization.event();
      const path = `/events/${event.id}/attendees/import/?ticket_class_id=${event.ticketClass.id}`;
      await organization.client.upload(path, 'email\nada@example.org\n').expect(200);
    });

    it('issues tickets for every row and reports them by line', async () => {
      const event = await organization.event();
      const { body } = await importInto(
        event,
        'Email,First Name,last_name,quantity,shoe size\n"ada@example.org",Ada,"Love\nlace",2,38\n\ngrace@example.org,Grace,Hopper,,\n',
      ).expect(200);
      expect(body).toEqual({
        mode: 'all',
        dry_run: false,
        rows: 2,
        issued: 2,
        quantity: 3,
        upgraded_quantity: 0,
        report: [
          {
            line: 2,
            status: 'issued',
            quantity: 2,
            upgraded_quantity: 0,
            payment_id: expect.any(String),
          },
          {
            line: 5,
            status: 'issued',
            quantity: 1,
            upgraded_quantity: 0,
            payment_id: expect.any(String),
          },
        ],
      });
      const attendees = await organization.attendees(event);
      expect(attendees.map(({ last_name }) => last_name).sort()).toEqual([
        'Hopper',
        'Love\nlace',
        'Love\nlace',
      ]);
    });

    it.each([
      ['UTF-8 with a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
      ['UTF-16LE', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
      ['UTF-16BE', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ])('reads %s', async (_, encode) => {
      const event = await organization.event();
      await importInto(event, encode('email;first_name\nzoe@example.org;Zoë\n')).expect(200);
      expect(await organization.attendees(event)).toMatchObject([
        { email: 'zoe@example.org', first_name: 'Zoë' },
      ]);
    });

    it.each([';', '\t', ','])('recognises %j between cells', async (separator) => {
      const event = await organization.event();
      const csv = [
        ['email', 'first_name'],
        ['ada@example.org', 'Ada'],
      ]
        .map((row) => row.join(separator))
        .join('\r\n');
      await importInto(event, csv).expect(200);
      expect(await organization.attendees(event)).toMatchObject([{ first_name: 'Ada' }]);
    });

    it('takes ticket classes by name and by id', async () => {
      const event = await organization.event();
      const balcony = await organization.ticketClass(event, { name: 'Balcony' });
      const { body } = await importInto(
        event,
        `email,ticket_class_name,ticket_class_id\na@example.org,Balcony,\nb@example.org,,${balcony.id}\nc@example.org,Cellar,\nd,Cellar,\n`,
        '&mode=good',
      ).expect(200);
      expect(body.report).toMatchObject([
        { status: 'issued' },
        { status: 'issued' },
        {
          line: 4,
          status: 'invalid',
          details: { fieldErrors: { ticket_class_name: ['must be an active ticket class'] } },
        },
        {
          line: 5,
          status: 'invalid',
          details: {
            fieldErrors: {
              email: ['must be an email'],
              ticket_class_name: ['must be an active ticket class'],
            },
          },
        },
      ]);
    });

    it('reports the line on which a row begins, whatever breaks the lines within cells', async () => {
      const event = await organization.event();
      const csv = [
        'email,first_name,last_name',
        'a@example.org,"one\r\ntwo","three\r\nfour"',
        '',
        'b@example.org,"one\ntwo",',
        'c@example.org,,',
      ].join('\r\n');
      const { body } = await importInto(event, csv).expect(200);
      expect(body.report.map(({ line }: { line: number }) => line)).toEqual([2, 6, 8]);
    });

    it('issues nothing when one row of all is not valid, and says which', async () => {
      const event = await organization.event();
      const { body } = await importInto(
        event,
        'email,quantity,status\nada@example.org,1,valid\nnobody,101,sold\n',
      ).expect(422);
      expect(body).toMatchObject({
        code: 'import_refused',
        error: 'Nothing was imported: 1 row cannot be issued',
        details: {
          report: [
            {
              line: 3,
              status: 'invalid',
              details: {
                fieldErrors: {
                  email: ['must be an email'],
                  quantity: [expect.any(String)],
                  status: [expect.any(String)],
                },
              },
            },
          ],
        },
      });
      expect(await emailsOf(event)).toEqual([]);
    });

    it('issues nothing when the seats do not suffice for all', async () => {
      const event = await organization.event({ capacity: 2 });
      const { body } = await importInto(event, 'email\na@example.org\nb@example.org\nc@example.org\n').expect(
        422,
      );
      expect(body.details.report).toMatchObject([{ line: 4, code: 'capacity_exceeded' }]);
      expect(await emailsOf(event)).toEqual([]);
    });

    it('issues the good rows as long as there are seats', async () => {
      const event = await organization.event({ capacity: 2 });
      const { body } = await importInto(
        event,
        'email\na@example.org\nnobody\nb@example.org\nc@example.org\n',
        '&mode=good',
      ).expect(200);
      expect(body).toMatchObject({ rows: 4, issued: 2 });
      expect(body.report.map(({ status }: { status: string }) => status).sort()).toEqual([
        'invalid',
        'issued',
        'issued',
        'refused',
      ]);
    });

    it('changes nothing in a dry run, and tells what would be', async () => {
      const event = await organization.event({ capacity: 1 });
      const { body } = await importInto(
        event,
        'email\ndry@example.org\nb@example.org\n',
        '&dry_run=true',
      ).expect(200);
      expect(body.report).toEqual([
        { line: 2, status: 'issued', quantity: 1, upgraded_quantity: 0 },
        expect.objectContaining({ line: 3, status: 'refused', code: 'capacity_exceeded' }),
      ]);
      expect(await emailsOf(event)).toEqual([]);
      expect((await organization.client.get('/contacts?email=dry@example.org')).body.data).toEqual([]);
    });

    it('tells in a dry run what would be, also while somebody else makes one of the contacts', async () => {
      const event = await organization.event();
      const letGo = await app.database.hold(
        `INSERT INTO contacts (organization_id, id, email, created_at, updated_at) VALUES ($1, $2, $3, now(), now())`,
        [organization.id, newId('contact'), 'new@example.org'],
      );
      const { body } = await importInto(event, 'email\nnew@example.org\n', '&dry_run=true').expect(200);
      await letGo();
      expect(body.report).toEqual([{ line: 2, status: 'issued', quantity: 1, upgraded_quantity: 0 }]);
    });

    it('queues one mail a row when asked', async () => {
      const event = await organization.event();
      const count = `SELECT count(*)::int AS messages FROM outbox_messages WHERE organization_id = $1`;
      const before = await app.database.query<{ messages: number }>(count, [organization.id]);
      await importInto(
        event,
        'email,quantity\na@example.org,3\nb@example.org,1\n',
        '&send_email=true',
      ).expect(200);
      const after = await app.database.query<{ messages: number }>(count, [organization.id]);
      expect(after[0]!.messages - before[0]!.messages).toBe(2);
    });

    it('replays its report, and refuses the key for another file', async () => {
      const event = await organization.event();
      const first = await importInto(event, 'email\na@example.org\n', '', 'guests-1').expect(200);
      const again = await importInto(event, 'email\na@example.org\n', '', 'guests-1').expect(200);
      expect(again.headers['idempotent-replay']).toBe('true');
      expect(again.text).toBe(first.text);
      const other = await importInto(event, 'email\nb@example.org\n', '', 'guests-1').expect(422);
      expect(other.body.code).toBe('idempotency_key_reused');
      expect(await emailsOf(event)).toEqual(['a@example.org']);
    });

    it('continues an import that broke off without issuing a row twice', async () => {
      const event = await organization.event();
      const csv = ['email', ...Array.from({ length: 150 }, (_, index) => `guest${index}@example.org`)].join(
        '\n',
      );
      const first = await importInto(event, csv, '&mode=good', 'guests-2').expect(200);
      // As if the process had died before the report was stored, and before the last rows were reached.
      await app.database.query(`DELETE FROM idempotency_records WHERE key = 'guests-2'`);
      const again = await importInto(event, csv, '&mode=good', 'guests-2').expect(200);
      expect(again.headers['idempotent-replay']).toBeUndefined();
      expect(again.body).toEqual(first.body);
      expect(await emailsOf(event)).toHaveLength(150);
    });

    it('does not issue all rows of a file of which some were issued when it broke off', async () => {
      const event = await organization.event();
      const csv = 'email\na@example.org\nb@example.org\n';
      await importInto(event, csv, '&mode=good', 'guests-3').expect(200);
      await app.database.query(`DELETE FROM idempotency_records WHERE key = 'guests-3'`);
      const { body } = await importInto(event, csv, '&mode=all', 'guests-3').expect(400);
      expect(body.code).toBe('import_begun');
      expect(await emailsOf(event)).toEqual(['a@example.org', 'b@example.org']);
      await importInto(event, csv, '&mode=good', 'guests-3').expect(200);
    });

    it('is a new import each time without a key', async () => {
      const event = await organization.event();
      for (let time = 0; time < 2; time++)
        await importInto(event, 'email\na@example.org\n', '&mode=good').expect(200);
      expect(await emailsOf(event)).toHaveLength(2);
    });

    it.each([
      ['an empty file', '', 'it is empty'],
      ['an open quote', 'email\n"ada@example.org\n', 'a quote is not closed'],
      [
        'a quote inside a cell',
        'email\na"da@example.org\n',
        'a quote stands within a cell that is not quoted as a whole',
      ],
      [
        'bytes that are no text',
        Buffer.from([0x65, 0x0a, 0xff, 0xc3, 0x28]),
        'it is neither UTF-8 nor UTF-16 with a byte order mark',
      ],
      ['a column twice', 'email,Email\na@example.org,b@example.org\n', 'the column email appears twice'],
    ])('refuses %s', async (_, csv, problem) => {
      const event = await organization.event();
      const { body } = await importInto(event, csv, '&mode=good').expect(400);
      expect(body).toMatchObject({
        code: 'csv_unreadable',
        error: `The CSV file cannot be read: ${problem}`,
      });
    });

    it('refuses a file of more than 10,000 rows before it issues any', async () => {
      const event = await organization.event();
      const csv = `email\n${'a@example.org\n'.repeat(10_001)}`;
      const { body } = await importInto(event, csv, '&mode=good').expect(400);
      expect(body.error).toBe('The CSV file cannot be read: it has more than 10000 rows');
      expect(await emailsOf(event)).toEqual([]);
    });

    it('refuses a file of more than 10 MiB, and another format', async () => {
      const event = await organization.event();
      const path = `/events/${event.id}/attendees/import`;
      const large = await organization.client.upload(path, `email\n${'x'.repeat(10 * 1024 * 1024)}`);
      expect([large.status, large.body.code]).toEqual([413, 'body_too_large']);
      const json = await organization.client.post(path, { email: 'a@example.org' }).expect(415);
      expect(json.body.error).toBe('The request body must be sent as text/csv');
    });

    it('reports rows with a cell too many, NUL characters and fractions', async () => {
      const event = await organization.event();
      const { body } = await importInto(
        event,
        'email,first_name,quantity\na@example.org,A,1,more\nb@example.org,B\u0000B,1\nc@example.org,C,1.5\n',
        '&mode=good',
      ).expect(200);
      expect(body.report).toMatchObject([
        { line: 2, status: 'invalid', details: { fieldErrors: { row: ['has 4 cells, the header has 3'] } } },
        {
          line: 3,
          status: 'invalid',
          details: { fieldErrors: { first_name: ['must not contain NUL characters'] } },
        },
        { line: 4, status: 'invalid', details: { fieldErrors: { quantity: expect.any(Array) } } },
      ]);
    });
  });

  describe('export', () => {
    it('gives back what was imported, formulas made harmless', async () => {
      const event = await organization.event();
      await importInto(
        event,
        `email,first_name,last_name\na@example.org,'=1+1,"Quote "" and, comma"\n`,
      ).expect(200);
      expect(await organization.attendees(event)).toMatchObject([
        { first_name: '=1+1', last_name: 'Quote " and, comma' },
      ]);

      const { text, headers } = await organization.client
        .get(`/events/${event.id}/attendees/export`)
        .expect(200);
      expect(headers['content-type']).toBe('text/csv; charset=utf-8');
      expect(headers['content-disposition']).toBe(`attachment; filename="attendees-${event.id}.csv"`);
      expect(text).toContain(`\r\na@example.org,'=1+1,"Quote "" and, comma",General Admission,valid,cash,`);

      const copy = await organization.event();
      const foreign = text.replaceAll(event.ticketClass.id, copy.ticketClass.id);
      await importInto(copy, Buffer.from(foreign)).expect(200);
      expect(await organization.attendees(copy)).toMatchObject([
        { first_name: '=1+1', last_name: 'Quote " and, comma' },
      ]);
    });

    it.each([
      ["Ada;=cmd|' /C calc'!A0;x", `"Ada;'=cmd|' /C calc'!A0;x"`],
      ['Ada\t@SUM(A1)', `"Ada\t'@SUM(A1)"`],
      ['Ada;"=1+1"', `"Ada;'""=1+1"""`],
      ['Ada; née King', '"Ada; née King"'],
    ])('runs nothing in a program that splits at semicolons or tabs: %j', async (first_name, cell) => {
      const event = await organization.event();
      await organization.issue(event, { contact: { email: 'ada@example.org', first_name } });
      const { text } = await organization.client.get(`/events/${event.id}/attendees/export`).expect(200);
      expect(text).toContain(`\r\nada@example.org,${cell},`);
    });

    it('is whole over many pages and filters by status', async () => {
      const event = await organization.event();
      const rows = Array.from(
        { length: 600 },
        (_, index) => `guest${index}@example.org,${index % 2 ? 'valid' : 'invited'}`,
      );
      await importInto(event, ['email,status', ...rows].join('\n')).expect(200);
      const lines = async (query: string) => {
        const { text } = await organization.client
          .get(`/events/${event.id}/attendees/export${query}`)
          .expect(200);
        return new Set(text.trim().split('\r\n')).size - 1;
      };
      expect(await lines('')).toBe(300);
      expect(await lines('?status=invited,valid')).toBe(600);
    });
  });

  it('makes any text harmless and gives it back', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom("'", '"', '=', '+', '-', '@', ';', '\t', '\r', '\n', 'a') }),
    );
    fc.assert(
      fc.property(text, (value) => {
        expect(harmless(value)).not.toMatch(/(^|[;\t\r\n])"*[=+\-@\t\r]/);
        expect(restored(harmless(value))).toBe(value);
      }),
    );
  });
});
