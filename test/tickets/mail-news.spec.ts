import type { AttendeeStatus } from '../../src/attendees/attendee.entity';
import { type News, newsOfBatch, newsOfChange, ticketsToldOf, wordsFor } from '../../src/tickets/mail/news';
import type { HeldStatus } from '../../src/tickets/ticket-status';

describe('The news', () => {
  it.each<[HeldStatus[], News]>([
    [['valid'], 'confirmed'],
    [['rejected', 'invited', 'pending_approval', 'valid'], 'confirmed'],
    [['checked_in', 'pending_approval'], 'confirmed'],
    [['checked_in', 'checked_in'], 'checked_in'],
    [['invited', 'pending_approval'], 'pending_approval'],
    [['rejected', 'invited'], 'invited'],
    [['rejected'], 'rejected'],
  ])('of a batch that is %j is %s', (statuses, news) => {
    expect(newsOfBatch(statuses)).toBe(news);
  });

  it.each<[HeldStatus[], number]>([
    [['rejected', 'invited', 'pending_approval', 'valid', 'checked_in'], 2],
    [['checked_in', 'checked_in'], 2],
    [['invited', 'pending_approval', 'rejected'], 1],
    [['rejected', 'invited', 'invited'], 2],
    [['rejected', 'rejected'], 2],
  ])('of a batch that is %j is about %i', (statuses, count) => {
    expect(ticketsToldOf(newsOfBatch(statuses), statuses)).toBe(count);
  });

  it.each<[AttendeeStatus, AttendeeStatus, News]>([
    ['pending_approval', 'valid', 'approved'],
    ['rejected', 'valid', 'approved'],
    ['invited', 'valid', 'confirmed'],
    ['checked_in', 'valid', 'check_in_undone'],
    ['valid', 'checked_in', 'checked_in'],
    ['pending_approval', 'rejected', 'rejected'],
    ['valid', 'pending_approval', 'pending_approval'],
    ['valid', 'deleted', 'cancelled'],
  ])('of a change from %s to %s is %s', (from, to, news) => {
    expect(newsOfChange(from, to)).toBe(news);
  });

  it('counts', () => {
    expect(wordsFor('confirmed', 'Gala', 1).subject).toBe('Your ticket for Gala');
    expect(wordsFor('confirmed', 'Gala', 3).subject).toBe('Your 3 tickets for Gala');
    expect(wordsFor('pending_approval', 'Gala', 1).lead).toContain('Your ticket is reserved');
    expect(wordsFor('pending_approval', 'Gala', 3).lead).toContain('Your 3 tickets are reserved');
  });
});
