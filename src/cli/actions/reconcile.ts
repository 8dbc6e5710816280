import { ReconcileService } from '../../attendees/reconcile.service';
import { inApp } from './in-app';

export function reconcile(): Promise<void> {
  return inApp(async (app) => {
    const drift = await app.get(ReconcileService).findDrift();
    for (const one of drift) process.stdout.write(`${JSON.stringify(one)}\n`);
    if (drift.length > 0) process.exitCode = 1;
    else process.stdout.write('Every seat counter agrees with the tickets.\n');
  });
}
