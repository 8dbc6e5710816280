import { createBullBoard } from '@bull-board/api';
import { BullAdapter } from '@bull-board/api/bullAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Express, NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { InsufficientScope } from '../auth/auth.errors';
import { Authenticator } from '../auth/authenticator';
import { grants } from '../auth/scopes';
import { RouteNotFound } from '../errors/request.errors';
import { JobQueues } from './job-queues';
import { QueueConsoleKeyMissing } from './queue-console.errors';

const PATH = '/admin/queues';

/**
 * Shows the Bull queues to the operator. Jobs carry ids only, but of every organization: hence a scope that no key has
 * unless the operator gave it one on the command line.
 *
 * It shows and changes nothing. Browsers send a password along by themselves, also for another website's form, and what
 * one would change here is not the truth anyway: that stands in the outbox.
 */
export function serveQueueConsole(app: NestExpressApplication): void {
  const board = new ExpressAdapter().setBasePath(PATH);
  createBullBoard({
    queues: app
      .get(JobQueues)
      .all()
      .map((queue) => new BullAdapter(queue, { readOnlyMode: true })),
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'Usher', hideRedisDetails: true } },
  });
  const router = board.getRouter() as Express;
  router.disable('x-powered-by');
  app.use(PATH, readOnly, signedIn(app.get(Authenticator)), helmet.contentSecurityPolicy(OWN_FILES), router);
}

/** Its page asks a font service for a font, which is not to learn who looks after queues. */
const OWN_FILES = {
  directives: { styleSrc: [`'self'`, `'unsafe-inline'`], fontSrc: [`'self'`], upgradeInsecureRequests: null },
};

function readOnly({ method }: Request, _: Response, next: NextFunction): void {
  next(method === 'GET' || method === 'HEAD' ? undefined : new RouteNotFound());
}

/** HTTP Basic, because browsers ask people for it; the API key is the password. */
function signedIn(authenticator: Authenticator) {
  return async (request: Request, _: Response, next: NextFunction): Promise<void> => {
    const apiKey = passwordOf(request.header('authorization'));
    const caller = apiKey ? await authenticator.authenticate(apiKey) : null;
    if (!caller) throw new QueueConsoleKeyMissing();
    if (!grants(caller.scopes, 'admin:queues')) throw new InsufficientScope('admin:queues');
    next();
  };
}

function passwordOf(authorization = ''): string | undefined {
  const [, credentials] = /^Basic ([\w+/]+=*)$/i.exec(authorization) ?? [];
  return credentials && /^[^:]*:(.+)$/s.exec(Buffer.from(credentials, 'base64').toString())?.[1];
}
