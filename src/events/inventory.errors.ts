import { DomainError } from '../common/errors/domain-error';

export interface SeatShortage {
  scope: 'ticket_class' | 'event';
  /** Name of the ticket class or event. */
  name: string;
  requested: number;
  remaining: number;
}

export class CapacityExceeded extends DomainError {
  constructor(readonly shortage: SeatShortage) {
    const { scope, name, requested, remaining } = shortage;
    const what = scope === 'ticket_class' ? 'ticket class' : 'event';
    const seats = remaining === 1 ? '1 seat remains' : `${remaining || 'no'} seats remain`;
    super({
      kind: 'conflict',
      code: 'capacity_exceeded',
      message: `Not enough seats in ${what} "${name}": ${requested} requested, ${seats}`,
      details: { scope, requested, remaining },
    });
  }
}
