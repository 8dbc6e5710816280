import { type Evidence, findViolations, neverDone } from './checker';
import type { Attempt, Kind, Operation } from './history';
import type { TakenMail } from './mail-rules';

/** A sale that went well: two tickets for one person, who was mailed and let in with one of them. */
function honest(): Evidence {
  const buy = operation(1, 'create', { emails: ['ada@example.org'], quantity: 2, sendEmail: true });
  const scan = operation(2, 'check-in', { ticketId: 'tkt_a' });
  const body = JSON.stringify({ data: [{ id: 'tkt_a' }, { id: 'tkt_b' }] });
  const ticket = { email: 'ada@example.org', event_id: 'evt', ticket_class_id: 'tcl' };
  return {
    history: {
      limits: { evt: 5, tcl: 2 },
      attempts: [
        attempt(buy, undefined),
        attempt(buy, { status: 201, body }),
        attempt(scan, { status: 200, body: '{}' }),
      ],
      faults: [{ name: 'process 0 killed', from: 0, to: 10, silent: [0], interruptions: 1 }],
      samples: [{ at: 5, held: { evt: 2, tcl: 2 } }],
    },
    snapshot: {
      tickets: [
        { ...ticket, id: 'tkt_a', status: 'checked_in' },
        { ...ticket, id: 'tkt_b', status: 'valid' },
      ],
      counters: ['evt', 'tcl'].map((id) => ({ id, sold: 2, pending: 0 })),
    },
    mails: [mail(5), mail(9_000)],
    deaths: 0,
  };
}

function mail(at: number, fields: Partial<TakenMail> = {}): TakenMail {
  return { address: 'ada@example.org', messageId: '<msg_a@example.org>', at, ...fields };
}

function operation(id: number, kind: Kind, fields: Partial<Operation> = {}): Operation {
  return { id, kind, emails: [], quantity: 1, sendEmail: false, ...fields };
}

function attempt(asked: Operation, answer: Attempt['answer'], process = 0): Attempt {
  return { operation: asked, process, sentAt: 1, endedAt: 2, ...(answer && { answer }) };
}

function broken(evidence: Evidence): string[] {
  return Object.entries(findViolations(evidence))
    .filter(([, found]) => found.length > 0)
    .map(([rule]) => rule);
}

describe('The checker of the fault injection', () => {
  it('finds nothing wrong with a sale that went well, a doubled mail included', () => {
    expect(broken(honest())).toEqual([]);
  });

  it('accepts that an approval which nobody waits for any more takes back a check-in', () => {
    const evidence = honest();
    const { attempts } = evidence.history;
    attempts.push(attempt(operation(3, 'approve', { ticketId: 'tkt_a' }), undefined));
    attempts.push(attempt(operation(4, 'check-in', { ticketId: 'tkt_a' }), { status: 200, body: '{}' }));
    expect(broken(evidence)).toEqual([]);
    evidence.snapshot.tickets[0]!.status = 'valid';
    expect(broken(evidence)).toEqual([]);
  });

  it('accepts any number of doubled mails while nothing can be recorded', () => {
    const evidence = honest();
    evidence.history.faults.push({ name: 'disk full', from: 0, to: 10, silent: [], interruptions: Infinity });
    evidence.mails = [1, 2, 3, 4, 5].map((at) => mail(at));
    expect(broken(evidence)).toEqual([]);
  });

  it('names what nobody succeeded with', () => {
    const { attempts } = honest().history;
    expect(neverDone({ attempts })).toEqual(['import', 'approve', 'reject', 'delete']);
    attempts[2]!.answer = { status: 503, body: '' };
    expect(neverDone({ attempts })).toContain('check-in');
  });

  it.each<[rule: string, crime: (evidence: Evidence) => void]>([
    [
      'no ticket class or event is above its limit at any time',
      ({ history }) => history.samples.push({ at: 6, held: { evt: 3, tcl: 3 } }),
    ],
    ['no ticket class or event is above its limit at any time', ({ history }) => history.samples.splice(0)],
    [
      'each operation has one final answer',
      ({ history: { attempts } }) => {
        const { answer } = attempts[1]!;
        attempts.push(attempt(attempts[1]!.operation, { ...answer!, body: `${answer!.body} ` }));
      },
    ],
    [
      'each operation takes effect once, as answered, or not at all',
      ({ history: { attempts } }) =>
        attempts.push(
          attempt(operation(3, 'create', { emails: ['bob@example.org'] }), {
            status: 201,
            body: '{"data":[{"id":"tkt_c"}]}',
          }),
        ),
    ],
    [
      'each operation takes effect once, as answered, or not at all',
      ({ history: { attempts } }) => (attempts[1]!.answer = { status: 409, body: 'capacity_exceeded' }),
    ],
    ['counters equal tickets', ({ snapshot }) => snapshot.counters[0]!.sold++],
    [
      'a ticket is checked in once',
      ({ history: { attempts } }) =>
        attempts.push(attempt(operation(3, 'check-in', { ticketId: 'tkt_a' }), { status: 200, body: '{}' })),
    ],
    ['changes that were confirmed are there', ({ snapshot }) => (snapshot.tickets[0]!.status = 'valid')],
    ['every mail that was asked for was sent, and no other', (evidence) => (evidence.mails = [])],
    [
      'every mail that was asked for was sent, and no other',
      (evidence) => (evidence.mails = [mail(5), mail(6, { address: 'eve@example.org' })]),
    ],
    [
      'a mail is sent again, under the same id, only when its delivery was broken off',
      (evidence) => (evidence.mails = [mail(5), mail(9_000, { messageId: '<msg_b@example.org>' })]),
    ],
    [
      'a mail is sent again, under the same id, only when its delivery was broken off',
      (evidence) => (evidence.mails = [mail(6_000), mail(9_000)]),
    ],
    [
      'a mail is sent again, under the same id, only when its delivery was broken off',
      ({ history }) => (history.faults[0]!.interruptions = 0),
    ],
    [
      'a mail is sent again, under the same id, only when its delivery was broken off',
      (evidence) => (evidence.mails = [mail(5), mail(6), mail(7), mail(8)]),
    ],
    [
      'only documented answers',
      ({ history: { attempts } }) =>
        attempts.push(attempt(attempts[2]!.operation, { status: 500, body: '' })),
    ],
    ['no process ends by itself', (evidence) => (evidence.deaths = 1)],
    [
      'no process that works leaves a request without an answer',
      ({ history: { attempts } }) => attempts.push(attempt(attempts[0]!.operation, undefined, 1)),
    ],
  ])('notices when it is not true that %s', (rule, crime) => {
    const evidence = honest();
    crime(evidence);
    expect(broken(evidence)).toEqual([rule]);
  });
});
