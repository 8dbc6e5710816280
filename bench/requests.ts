import type { Target } from './load';
import type { Scenario } from './scenarios';
import { createAttendee, type Stage } from './stage';

/** The requests of a scenario; of those that can succeed only once there are `amount`. */
export async function requestsOf(
  stage: Stage,
  { request, event, quantity }: Scenario,
  amount: number,
): Promise<Target[]> {
  const sales = stage.sales[event].map((sale) => createAttendee(sale, quantity));
  switch (request) {
    case 'create':
      return sales;
    case 'check in':
      return stage.checkIns(amount);
    case 'list':
      return stage.lists();
    case 'mix':
      return mix(amount, [
        [6, sales],
        [2, await stage.checkIns(Math.ceil(amount / 10) * 2)],
        [2, stage.lists()],
      ]);
  }
}

/** Ten at a time: of each kind so many, each kind in its own order. */
function mix(amount: number, kinds: readonly (readonly [number, readonly Target[]])[]): Target[] {
  const rounds = Array.from({ length: Math.ceil(amount / 10) }, (_, round) =>
    kinds.flatMap(([count, targets]) =>
      Array.from({ length: count }, (_, index) => targets[(round * count + index) % targets.length]!),
    ),
  );
  return rounds.flat().slice(0, amount);
}
