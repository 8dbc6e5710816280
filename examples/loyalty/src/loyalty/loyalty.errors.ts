import { DomainError } from '../common/errors/domain-error';

export class NotEnoughPoints extends DomainError {
  constructor(requested: number, remaining: number) {
    super({
      kind: 'conflict',
      code: 'not_enough_points',
      message: `Not enough points: ${requested} requested, ${remaining} remain`,
      details: { requested, remaining },
    });
  }
}
