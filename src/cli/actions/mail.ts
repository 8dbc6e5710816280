import { MAIL_TYPES } from '../../attendees/messages';
import { Transactions } from '../../common/database/transactions';
import { Deliveries } from '../../notifications/deliveries';
import { inApp } from './in-app';

export function listFailedMail(limit: number): Promise<void> {
  return inApp(async (app) => {
    for (const message of await app.get(Deliveries).listFailed(MAIL_TYPES, limit)) {
      const { id, organizationId, type, payload, attempts, failedAt, lastError } = message;
      const line = { id, organization_id: organizationId, type, ...payload, attempts, failed_at: failedAt };
      process.stdout.write(`${JSON.stringify({ ...line, last_error: lastError })}\n`);
    }
  });
}

export function resendMail(ids: string[]): Promise<void> {
  return inApp(async (app) => {
    await app.get(Transactions).run(async (manager) => {
      for (const id of new Set(ids)) {
        const found = await app.get(Deliveries).sendAgain(manager, id);
        if (!found) throw new Error(`There is no failed mail ${id}`);
      }
    });
    process.stdout.write([...new Set(ids)].map((id) => `queued: ${id}\n`).join(''));
  });
}
